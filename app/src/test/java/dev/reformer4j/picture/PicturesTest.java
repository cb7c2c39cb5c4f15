package dev.reformer4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {
  /// The worked example of docs/lsh-attention.md: the second round's largest is 3.03 at index 2.
  @Test
  void theWinningBarIsMarkedAndItsMirrorImageIsNot() {
    RotatedScores scores = RotatedScores.of(-3.03, 1.12);
    String svg =
        RotationBars.of(new RoundTrace(1, List.of(scores), 2, 0, 0, List.of())).standalone();
    WellFormed.check(svg);
    assertThat(svg).contains("Round 2: bucket 2").contains(">3.03<").contains("argmax 2");
    assertThat(count(svg, "class='win'")).isEqualTo(1);
    assertThat(count(svg, "class='mirrored'")).isEqualTo(1);
    assertThat(count(svg, "class='seen'")).isEqualTo(2);
  }

  @Test
  void factorsAddUpToTheBucket() {
    List<RotatedScores> scores = List.of(RotatedScores.of(1, 2, 3), RotatedScores.of(-5, 0));
    String svg = RotationBars.of(new RoundTrace(0, scores, 14, 0, 0, List.of())).inline();
    WellFormed.check(svg);
    assertThat(svg).contains("2 + 6 · 2").contains("bucket 14");
  }

  @Test
  void paddingAndShortInputsHaveBarsWithoutAWinner() {
    RotatedScores padding = new RotatedScores(List.of(1.0, 2.0), -1);
    String svg = RotationBars.of(new RoundTrace(0, List.of(padding), 4, 0, 0, List.of())).inline();
    assertThat(svg).contains("padding").doesNotContain("class='win'");
    String empty = RotationBars.of(new RoundTrace(0, List.of(), 0, 0, 0, List.of())).inline();
    assertThat(empty).contains("nothing is hashed");
  }

  @Test
  void allZeroScoresAreDrawnFlat() {
    RotatedScores zero = RotatedScores.of(0, 0);
    String svg = RotationBars.of(new RoundTrace(0, List.of(zero), 0, 0, 0, List.of())).inline();
    WellFormed.check(svg);
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void equalBucketsHaveEqualColours() {
    String svg = BucketGrid.of(10, new int[][] {{0, 3, 8, 0}}, 11).inline();
    WellFormed.check(svg);
    assertThat(count(svg, "class='b0'")).isEqualTo(3);
    assertThat(count(svg, "class='b3'")).isEqualTo(1);
    assertThat(svg).contains("token 11");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 159, 160, 161, 5000})
  void theCarpetOfRibbonsStaysReadable(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = n - 1 - i;
    }
    String svg = OrderRibbons.of(0, order, new int[n], 64, n / 2).inline();
    WellFormed.check(svg);
    assertThat(count(svg, "<path")).isBetween(1, 162);
    assertThat(count(svg, "ribbon chosen")).isEqualTo(1);
  }

  /// Runs of equal cells are one rectangle; lost cells stay single where they are inset.
  @Test
  void aRowOfComputedPairsIsOneRun() {
    int[][] seen = {{4, 4, 0, 4}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 0, 2}};
    int[][] lost = {{0, 0, 3, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    String svg = PairPattern.of(seen, lost, 0, 4, 2).inline();
    WellFormed.check(svg);
    assertThat(runs(svg, "seen level4")).isEqualTo(2);
    assertThat(runs(svg, "seen level1")).isEqualTo(1);
    assertThat(runs(svg, "seen level2")).isEqualTo(1);
    assertThat(runs(svg, "lost level1")).isEqualTo(2);
    assertThat(runs(svg, "lost level3")).isEqualTo(1);
  }

  @Test
  void nearVectorsShareAPost() {
    double[][] posts = {{1, 0}, {0, 1}};
    double[][] vectors = {{0.9, 0.1}, {0.8, 0.3}, {-1, 0.2}};
    String svg =
        GoalPosts.of(List.<double[][]>of(posts), vectors, List.of("a", "b", "c")).standalone();
    WellFormed.check(svg);
    assertThat(svg).contains("a → 0, b → 0, c → 2");
  }

  @Test
  void numbersAreShortAndNeverMinusZero() {
    assertThat(Svg.number(1)).isEqualTo("1");
    assertThat(Svg.number(-0.001)).isEqualTo("0");
    assertThat(Svg.number(1.5)).isEqualTo("1.5");
    assertThat(Svg.number(100)).isEqualTo("100");
    assertThat(Svg.number(2.346)).isEqualTo("2.35");
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /// Rectangles in the path of a class.
  private static int runs(String svg, String style) {
    int end = svg.indexOf("' class='" + style + "'/>", svg.indexOf("<path"));
    String path = svg.substring(svg.lastIndexOf("<path", end), end);
    return count(path, "M");
  }
}
