package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How soon the page shows what a control asks for: with the model that comes with the program, in
/// a browser, as the page itself sees it, from the click to the frame that shows the answer.
/// Printed, and not asserted to the millisecond.
@Tag("alone")
class PageSpeedTest {
  /// For the browser and the JVM to compile what they run; not counted.
  private static final int PRACTICE = 3;

  private static final int COUNTED = 7;
  private static final double HOPELESS_MILLIS = 10_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private Page page;

  @Test
  void controlChangesAreAnsweredQuickly() throws Exception {
    StringWriter log = new StringWriter();
    try (TestBrowser browser = TestBrowser.start();
        Source source = Screenshots.shipped();
        Explorer server =
            Explorer.start(
                "127.0.0.1",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                source,
                2,
                new PrintWriter(log, true))) {
      page = browser.page(1280, 900, ColorScheme.LIGHT);
      page.navigate("http://127.0.0.1:" + server.address().getPort() + "/");
      TestBrowser.settle(page);
      System.out.printf("explorer: first paint after %.0f ms%n", firstPaint());
      for (int n : new int[] {1024, 4096}) {
        show(n);
        measure("another seed", n, () -> {}, _ -> page.click("#another-seed"));
        // Full attention is computed anew, which no seed needs; once for every text.
        measure("causal or not", n, () -> show(n), _ -> page.click("#causal"));
        measure("another head", n, () -> show(n), i -> page.fill("#head", "" + (1 + i % 2)));
        // The layers below are computed as well.
        measure(
            "another layer",
            n,
            () -> show(n),
            i -> page.selectOption("#layer", i % 2 == 0 ? "3" : "1"));
      }
    }
    assertThat(log.toString()).isEmpty();
  }

  private double firstPaint() {
    return ((Number)
            page.evaluate(
                "performance.getEntriesByType('paint').find(e => e.name ==="
                    + " 'first-contentful-paint')?.startTime ?? -1"))
        .doubleValue();
  }

  /// Shows a text that was not there before.
  private void show(int characters) {
    StringBuilder text = new StringBuilder("a");
    while (text.length() < characters) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    page.fill("#text", text.toString());
    untilDrawn(() -> page.click("#text-form button[type=submit]"));
    assertThat(page.locator("#tokens .chip").count()).isEqualTo(characters);
  }

  private void measure(String name, int n, Runnable before, IntConsumer change) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < PRACTICE + COUNTED; i++) {
      int number = i;
      before.run();
      untilDrawn(() -> change.accept(number));
      if (i >= PRACTICE) {
        String ms = (String) page.evaluate("document.documentElement.dataset.ms");
        times.add(Double.parseDouble(ms));
      }
    }
    times.sort(null);
    double median = times.get(times.size() / 2);
    System.out.printf(
        "explorer: %s at n = %d is answered and drawn in %.0f ms (median of %d; best %.0f, worst"
            + " %.0f)%n",
        name, n, median, times.size(), times.getFirst(), times.getLast());
    assertThat(median).isLessThan(HOPELESS_MILLIS);
  }

  /// Waits for an answer to what was clicked last, and for all that comes after it.
  private void untilDrawn(Runnable click) {
    Object drawn = page.evaluate("document.documentElement.dataset.drawn");
    click.run();
    page.waitForFunction("was => document.documentElement.dataset.drawn !== was", drawn);
    TestBrowser.settle(page);
  }
}
