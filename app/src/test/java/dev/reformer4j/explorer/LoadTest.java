package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A hundred clients at once, each asking again as soon as it is answered; every tenth about a text
/// as long as there may be, whose full attention alone is 84 MB. Seconds here, a minute with
/// `-Dexplorer.load.seconds=60`.
@Timeout(300)
@Tag("alone")
class LoadTest {
  private static final int CLIENTS = 100;
  private static final int SECONDS = Integer.getInteger("explorer.load.seconds", 6);
  private static final long MOST_BYTES = 700L << 20;

  @Test
  void aHundredClientsGetAnswersOrAPoliteRefusalInBoundedMemory() throws Exception {
    StringWriter log = new StringWriter();
    Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    AtomicInteger broken = new AtomicInteger();
    long used;
    try (Explorer explorer = LocalExplorer.serve(new QuickSource(), log);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        clients.execute(() -> ask(explorer, number, end, statuses, broken));
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(200, TimeUnit.SECONDS)).isTrue();
      System.gc();
      used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      assertThat(new Http(explorer.address()).get("/").status()).isEqualTo(200);
    }
    System.out.println(
        "load: "
            + CLIENTS
            + " clients, "
            + SECONDS
            + " s: "
            + statuses
            + ", "
            + (used >> 20)
            + " MiB used after it");
    assertThat(log.toString()).isEmpty();
    assertThat(broken.get()).as("connections that broke").isZero();
    assertThat(statuses.keySet()).isSubsetOf(200, 429, 503);
    assertThat(statuses.get(200).get()).isGreaterThan(CLIENTS / 2);
    assertThat(used).isLessThan(MOST_BYTES);
  }

  private static void ask(
      Explorer explorer,
      int client,
      long end,
      Map<Integer, AtomicInteger> statuses,
      AtomicInteger broken) {
    Http http = new Http(explorer.address()).with("X-Work", "client-number-" + client);
    String[] routes = {"text", "attention", "token", "exact"};
    for (int i = client; System.nanoTime() < end; i++) {
      String words = "some words of client %d and ".formatted(client % 20);
      String text =
          words.repeat(
              (client % 10 == 0 ? Limits.usual().tokens() : 240) / words.split(" ").length);
      String view = "{\"text\":\"%s\",\"seed\":%d,\"causal\":%b}".formatted(text, i, i % 8 < 4);
      try {
        int status = http.post(routes[i % routes.length], view).status();
        statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
        if (status != 200) {
          Thread.sleep(100); // a client that is sent away comes back a little later
        }
      } catch (IOException | InterruptedException e) {
        broken.incrementAndGet();
      }
    }
  }
}
