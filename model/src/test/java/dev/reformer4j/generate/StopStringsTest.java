package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopStringsTest {
  /// The text before the first place where a string ends, by looking at every place.
  static String literally(String text, List<String> strings) {
    for (int end = 0; end <= text.length(); end++) {
      String soFar = text.substring(0, end);
      int longest =
          strings.stream().filter(soFar::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  static String random(SplittableRandom random, int most) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(most + 1);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  static List<String> strings(SplittableRandom random) {
    List<String> strings = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      strings.add(random(random, 5) + (char) ('a' + random.nextInt(3)));
    }
    return strings;
  }

  /// Few letters, so that strings overlap themselves and each other in every way.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theCutDependsOnTheTextAndNotOnItsPieces(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int cuts = 0;
    for (int i = 0; i < 5000; i++) {
      List<String> strings = strings(random);
      String text = random(random, 40);
      String expected = literally(text, strings);
      StopStrings stops = new StopStrings(strings);
      StringBuilder shown = new StringBuilder();
      for (int at = 0; at < text.length() && !stops.found(); ) {
        int end = Math.min(text.length(), at + random.nextInt(7));
        shown.append(stops.push(text.substring(at, end)));
        assertThat(expected).as("%s in %s", strings, text).startsWith(shown);
        if (!stops.found()) {
          assertThatNothingIsHeldWithoutReason(text.substring(0, end), shown, strings);
        }
        at = end;
      }
      shown.append(stops.finish());
      assertThat(shown.toString()).as("%s in %s", strings, text).isEqualTo(expected);
      boolean cut = !expected.equals(text);
      assertThat(stops.found()).isEqualTo(cut);
      cuts += cut ? 1 : 0;
    }
    assertThat(cuts).isBetween(1000, 4500);
  }

  private static void assertThatNothingIsHeldWithoutReason(
      String text, CharSequence shown, List<String> strings) {
    String held = text.substring(shown.length());
    if (!held.isEmpty()) {
      assertThat(strings).anyMatch(string -> string.startsWith(held));
    }
  }
}
