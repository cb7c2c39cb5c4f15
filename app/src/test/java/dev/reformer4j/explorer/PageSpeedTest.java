package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How soon the page shows what a control asks for: with the model that comes with the program, in
/// a browser, as the page itself sees it, from the click to the answer and to the frame that shows
/// it. Printed, and not asserted to the millisecond.
@Tag("alone")
class PageSpeedTest {
  /// For the browser and the JVM to compile what they run; not counted.
  private static final int PRACTICE = 1;

  private static final int COUNTED = 5;
  private static final double HOPELESS_MILLIS = 10_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private Page page;

  @Test
  void controlChangesAreAnsweredQuickly() throws Exception {
    StringWriter log = new StringWriter();
    try (TestBrowser browser = TestBrowser.start();
        Source source = Screenshots.shipped();
        Explorer server = LocalExplorer.serve(source, log)) {
      page = browser.page(1280, 900, ColorScheme.LIGHT);
      page.navigate(LocalExplorer.url(server));
      TestBrowser.settle(page);
      System.out.printf("explorer: first paint after %.0f ms%n", firstPaint());
      for (int n : new int[] {1024, 4096}) {
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        for (int round = 0; round < PRACTICE + COUNTED; round++) {
          int number = round;
          show(n);
          Map<String, Answer> seen = new LinkedHashMap<>();
          seen.put("another seed", change(() -> page.click("#another-seed")));
          // Full attention is computed anew, which no seed needs.
          seen.put("causal or not", change(() -> page.click("#causal")));
          seen.put("another head", change(() -> page.fill("#head", "" + (1 + number % 2))));
          // The layers below are computed as well.
          String layer = round % 2 == 0 ? "3" : "1";
          seen.put("another layer", change(() -> page.selectOption("#layer", layer)));
          if (round >= PRACTICE) {
            seen.forEach((name, answer) ->
                answers.computeIfAbsent(name, _ -> new ArrayList<>()).add(answer));
          }
        }
        answers.forEach((name, all) -> tell(name, n, all));
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

  /// When an answer was there, and when it was drawn, in milliseconds after the click.
  private record Answer(double answered, double drawn) {}

  private Answer change(Runnable click) {
    untilDrawn(click);
    return new Answer(told("answered"), told("ms"));
  }

  private double told(String name) {
    String number = (String) page.evaluate("name => document.documentElement.dataset[name]", name);
    return Double.parseDouble(number);
  }

  private static void tell(String change, int n, List<Answer> all) {
    double[] answered = all.stream().mapToDouble(Answer::answered).sorted().toArray();
    double[] drawn = all.stream().mapToDouble(Answer::drawn).sorted().toArray();
    int middle = all.size() / 2;
    System.out.printf(
        "explorer: %s at n = %d is answered in %.0f and drawn in %.0f ms (medians of %d; drawn at"
            + " best in %.0f, at worst in %.0f)%n",
        change, n, answered[middle], drawn[middle], all.size(), drawn[0], drawn[all.size() - 1]);
    assertThat(drawn[middle]).isLessThan(HOPELESS_MILLIS);
  }

  /// Waits for an answer to what was clicked last, and for all that comes after it.
  private void untilDrawn(Runnable click) {
    Object drawn = page.evaluate("document.documentElement.dataset.drawn");
    click.run();
    page.waitForFunction("was => document.documentElement.dataset.drawn !== was", drawn);
    TestBrowser.settle(page);
  }
}
