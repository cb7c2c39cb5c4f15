package dev.reformer4j.bench.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
  @Test
  void hashingExecutesWhatItNominallyIs() {
    Map<String, Long> executed = Arithmetic.executed(2, 512, 64, 3, "16x16");
    long nominal = Arithmetic.nominal(2, 512, 64, 3, new int[] {16, 16})[0];
    assertThat(nominal).isEqualTo(2L * 512 * 3 * 16 * 64 * 2);
    assertThat(hashing(executed)).isEqualTo(nominal);
  }

  /// A causal mask hides half of the pairs within a chunk, and about half of those with the chunk
  /// before; the staircase spares most of them, and can never spare more.
  @Test
  void theStaircaseSparesMostOfWhatTheMaskHides() {
    Map<String, Long> executed = Arithmetic.executed(1, 4096, 64, 2, "64");
    long all = Arrays.stream(Arithmetic.nominal(1, 4096, 64, 2, new int[] {64})).sum();
    long sum = executed.values().stream().mapToLong(Long::longValue).sum();
    assertThat(sum).isBetween(all * 5 / 10, all * 8 / 10);
  }

  private static long hashing(Map<String, Long> executed) {
    return executed.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("Hashing"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
