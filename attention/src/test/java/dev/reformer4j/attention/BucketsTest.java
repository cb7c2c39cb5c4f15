package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {
  @ParameterizedTest
  @ValueSource(strings = {"auto", "2", "64", "32x64", "2x4x6x8", "16777216", "4096x4096"})
  void whatIsPrintedCanBeRead(String text) {
    Buckets buckets = Buckets.parse(text);
    assertThat(buckets).hasToString(text).isEqualTo(Buckets.parse(text));
    assertThat(buckets).hasSameHashCodeAs(Buckets.parse(text));
    assertThat(buckets.isAuto()).isEqualTo(text.equals("auto"));
  }

  @Test
  void factorsAreThoseGivenAtAnyLength() {
    Buckets buckets = Buckets.of(4, 6);
    buckets.factors(100, 64)[0] = 99;
    assertThat(buckets.factors(100, 64)).containsExactly(4, 6);
    assertThat(buckets.factors(Integer.MAX_VALUE, 1)).containsExactly(4, 6);
    assertThat(buckets).isNotEqualTo(Buckets.of(6, 4)).isNotEqualTo(Buckets.of(24));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "Auto", "x", "4x", "x4", "4xx4", "4X4", "4 x 4", "4,4", "4.0", "1e3", "+4", "٤",
        "four", "4\n"
      })
  void textThatIsNoNumberOfBucketsIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buckets.parse(text))
        .withMessage(
            "buckets '%s' is not 'auto', an even number such as 64, or even factors such as 32x64",
            text);
  }

  @ParameterizedTest
  @CsvSource({"0,2", "1,2", "3,4", "-2,2", "-2147483648,2", "63,64", "16777215,16777216"})
  void oddZeroAndNegativeCountsAreRefusedAndAnotherIsOffered(int count, int offered) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buckets.of(count))
        .withMessageStartingWith("bucket count %d is not an even number of at least 2; ", count)
        .withMessageEndingWith("so use " + offered);
    assertThatIllegalArgumentException().isThrownBy(() -> Buckets.of(4, count));
    assertThatIllegalArgumentException().isThrownBy(() -> Buckets.parse(count + ""));
    assertThatIllegalArgumentException().isThrownBy(() -> Buckets.parse("4x" + count));
  }

  @Test
  void tooManyBucketsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buckets.of(4096, 4098))
        .withMessage(
            "bucket factors [4096, 4098] multiply to more than 16777216 buckets; use fewer or"
                + " smaller factors");
    assertThatIllegalArgumentException().isThrownBy(() -> Buckets.of(1 << 25));
    // 2^64 must not wrap around to something small.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buckets.of(1 << 16, 1 << 16, 1 << 16, 1 << 16))
        .withMessageContaining("multiply to more than 16777216");
    assertThatIllegalArgumentException()
        .isThrownBy(Buckets::of)
        .withMessage("no bucket count given; give one even number, or several factors");
    for (String typed : new String[] {"2147483647", "2147483648", "12345678901234567890123"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Buckets.parse(typed))
          .withMessageStartingWith("bucket factors [" + typed + "] multiply to more than 16777216");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buckets.parse("-9999999999"))
        .withMessageStartingWith("bucket count -9999999999 is not an even number");
  }

  /// About two buckets a chunk, however long the sequence, and hashing stays cheap.
  @Test
  void theAutomaticChoiceIsEvenAboutTwoAChunkAndCheap() {
    for (int chunk : new int[] {1, 2, 3, 50, 64, 1000, 1 << 24}) {
      for (long n = 1; n <= Integer.MAX_VALUE; n = n * 3 / 2 + 1) {
        checkAutomatic((int) n, chunk);
      }
      checkAutomatic(Integer.MAX_VALUE, chunk);
      checkAutomatic(chunk, chunk);
      checkAutomatic(chunk + 1, chunk);
    }
    assertThat(Buckets.auto().factors(65536, 64)).containsExactly(8, 16, 16);
  }

  private static void checkAutomatic(int n, int chunk) {
    int[] factors = Buckets.auto().factors(n, chunk);
    String what = "n %d, chunk %d: %s".formatted(n, chunk, Arrays.toString(factors));
    long product = 1;
    for (int factor : factors) {
      assertThat(factor).as(what).isGreaterThanOrEqualTo(2).isEven();
      product *= factor;
    }
    long chunks = ((long) n + chunk - 1) / chunk;
    long most = 1 << 24;
    assertThat(product).as(what).isBetween(Math.min(most, chunks + 1), Math.min(most, 2 * chunks));
    assertThat(Buckets.columns(factors)).as(what).isLessThanOrEqualTo(Buckets.AUTO_COLUMNS);
    // What can be chosen can be given.
    assertThat(Buckets.of(factors).factors(n, chunk)).isEqualTo(factors);
  }
}
