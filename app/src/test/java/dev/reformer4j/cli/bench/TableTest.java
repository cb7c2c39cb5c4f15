package dev.reformer4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of times that are given.
class TableTest {
  private static final Variant LSH = new Variant(Kind.LSH, Pass.FORWARD);
  private static final Variant EXACT = new Variant(Kind.EXACT, Pass.FORWARD);
  private static final Variant BOTH_PASSES = new Variant(Kind.LSH, Pass.FORWARD_BACKWARD);

  @Test
  void aPredictedTimeIsMarkedAndExplained() {
    Table table = new Table(List.of(LSH, EXACT));
    assertThat(table.legend("20 s")).isEmpty();
    String measured = table.row(List.of(lsh(1024, 0.002), exact(1024, 0.001)));
    assertThat(measured.strip().split(" {2,}"))
        .containsExactly("1,024", "2.00 ms", "1.00 ms", "0.50x");
    String predicted = table.row(List.of(lsh(65536, 1.05), new Measurement(EXACT, 65536, 40, 0)));
    assertThat(predicted.strip().split(" {2,}"))
        .containsExactly("65,536", "1.05 s", "~40.0 s", "~38.1x");
    assertThat(table.legend("20 s").orElseThrow()).contains("longer than 20 s; --limit");
  }

  @Test
  void backwardIsSetAgainstForward() {
    Table table = new Table(List.of(LSH, BOTH_PASSES));
    assertThat(table.head().strip().split(" {2,}"))
        .containsExactly("tokens", "lsh", "lsh f+b", "lsh f+b/f");
    assertThat(table.row(List.of(lsh(64, 1), new Measurement(BOTH_PASSES, 64, 3.5, 5))))
        .endsWith(" 3.50x");
  }

  @Test
  void rowsAreAsWideAsTheirHead() {
    Table table = new Table(List.of(LSH, EXACT));
    assertThat(table.row(List.of(lsh(1 << 20, 123.4), exact(1 << 20, 86400))))
        .hasSameSizeAs(table.head());
  }

  @Test
  void exactAttentionGrowsWithTheSquareAndTheOthersWithTheLength() {
    assertThat(exact(1000, 2).secondsAt(4000)).isEqualTo(32);
    assertThat(lsh(1000, 2).secondsAt(4000)).isEqualTo(8);
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMiddleOfTheMiddle() {
    assertThat(Stopwatch.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Stopwatch.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    assertThat(Stopwatch.median(List.of(7.0))).isEqualTo(7);
  }

  /// Exact attention takes n², LSH attention 1500 n: they meet at 1,500 tokens.
  @Test
  void theCrossoverIsWhereTheTimesMeet() {
    List<Measurement> cells =
        List.of(
            lsh(1000, 1500 * 1000.0),
            exact(1000, 1000 * 1000.0),
            lsh(4000, 1500 * 4000.0),
            exact(4000, 4000 * 4000.0));
    assertThat(Crossover.sentence(cells, 64))
        .contains("Crossover: LSH attention is the faster one from about 1,500 tokens on.");
    assertThat(
            Crossover.sentence(List.of(lsh(100, 2), exact(100, 1), lsh(200, 2), exact(200, 1)), 64))
        .contains(
            "Crossover: exact attention is the faster one up to 200 tokens, the longest length"
                + " measured.");
    assertThat(
            Crossover.sentence(List.of(lsh(100, 1), exact(100, 2), lsh(200, 1), exact(200, 2)), 64))
        .contains(
            "Crossover: LSH attention is the faster one already at 100 tokens, the shortest length"
                + " measured.");
    assertThat(Crossover.sentence(List.of(lsh(1000, 1)), 64)).isEmpty();
  }

  @Test
  void oneLengthHasAWinnerAndNoCrossover() {
    assertThat(Crossover.sentence(List.of(lsh(1000, 2), exact(1000, 1)), 64))
        .contains(
            "Crossover: exact attention is the faster one at 1,000 tokens; measure more lengths to"
                + " find where they meet.");
    assertThat(Crossover.sentence(List.of(lsh(65, 1), exact(65, 2)), 64).orElseThrow())
        .contains("LSH attention is the faster one at 65 tokens");
  }

  /// What is no longer than a chunk is not hashed, whichever of the two was faster by chance.
  @Test
  void aLengthOfOneChunkSaysNothingAboutTheCrossover() {
    assertThat(Crossover.sentence(List.of(lsh(1, 1), exact(1, 2)), 64))
        .contains(
            "Crossover: no length measured is longer than the chunk of 64, so nothing was hashed;"
                + " try --tokens 1K,4K,16K.");
    List<Measurement> cells =
        List.of(
            lsh(64, 1), exact(64, 2), lsh(1000, 2), exact(1000, 1), lsh(9000, 1), exact(9000, 2));
    assertThat(Crossover.sentence(cells, 64).orElseThrow())
        .contains("LSH attention is the faster one from about ");
  }

  @Test
  void theCrossoverLiesBetweenItsNeighbours() {
    long between =
        Crossover.between(new Crossover.Point(1024, 10, 9.99), new Crossover.Point(2048, 20, 40));
    assertThat((double) between).isCloseTo(1026, within(30.0));
  }

  private static Measurement lsh(int tokens, double seconds) {
    return new Measurement(LSH, tokens, seconds, 5);
  }

  private static Measurement exact(int tokens, double seconds) {
    return new Measurement(EXACT, tokens, seconds, 5);
  }
}
