package dev.reformer4j.attention;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How many buckets one round hashes into: a fixed even number, a product of even factors, or
/// chosen from the length.
///
/// With factors `f₁ × f₂ × …` a round takes one argmax per factor, and the bucket is `a₁ + f₁·(a₂ +
/// f₂·(…))`, so that hashing costs `Σ fᵢ / 2` columns instead of `Π fᵢ / 2` (paper, section 4; trax
/// and Hugging Face number alike).
public final class Buckets {
  /// The most columns that the automatic choice spends on one round; at chunk 64 with one chunk
  /// before, hashing is then at most an eighth of the arithmetic of scores and values, at any
  /// length.
  static final int AUTO_COLUMNS = 32;

  private static final int MOST = 1 << 24;

  private static final Buckets AUTO = new Buckets(new int[0]);

  private final int[] factors;

  private Buckets(int[] factors) {
    this.factors = factors;
  }

  /// Chosen from length and chunk when the attention runs: about two buckets a chunk, a power of
  /// two up to 2²⁴, in as few factors as keep the columns at or below 32.
  public static Buckets auto() {
    return AUTO;
  }

  /// A fixed number of buckets, as one factor or several.
  ///
  /// @throws IllegalArgumentException if a factor is odd or below 2, or the product exceeds 2²⁴
  public static Buckets of(int... factors) {
    return of(Arrays.stream(factors).mapToObj(BigInteger::valueOf).toList());
  }

  /// Of numbers of any size, so that what is refused is what was given.
  private static Buckets of(List<BigInteger> factors) {
    if (factors.isEmpty()) {
      throw new IllegalArgumentException(
          "no bucket count given; give one even number, or several factors");
    }
    BigInteger product = BigInteger.ONE;
    for (BigInteger factor : factors) {
      product = product.multiply(factor.max(BigInteger.ONE));
      if (product.compareTo(BigInteger.valueOf(MOST)) > 0) {
        throw new IllegalArgumentException(
            "bucket factors "
                + factors
                + " multiply to more than "
                + MOST
                + " buckets; use fewer or smaller factors");
      }
      if (factor.signum() <= 0 || factor.testBit(0)) {
        throw new IllegalArgumentException(
            "bucket count "
                + factor
                + " is not an even number of at least 2; argmax over [xR; -xR] names buckets in"
                + " pairs, so use "
                + Math.max(2, factor.max(BigInteger.ZERO).intValue() + 1));
      }
    }
    return new Buckets(factors.stream().mapToInt(BigInteger::intValue).toArray());
  }

  /// Reads `auto`, `64` or `32x64`.
  ///
  /// @throws IllegalArgumentException if the text is none of these
  public static Buckets parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    if (!text.matches("-?\\d+(x-?\\d+)*")) {
      throw new IllegalArgumentException(
          "buckets '"
              + text
              + "' is not 'auto', an even number such as 64, or even factors such as 32x64");
    }
    return of(Arrays.stream(text.split("x")).map(BigInteger::new).toList());
  }

  /// Whether the number is chosen from the length.
  public boolean isAuto() {
    return factors.length == 0;
  }

  /// The factors for a sequence of `n` tokens.
  public int[] factors(int n, int chunk) {
    return isAuto() ? automatic(n, chunk) : factors.clone();
  }

  /// The number of buckets that factors multiply to.
  static int count(int[] factors) {
    return Arrays.stream(factors).reduce(1, (a, b) -> a * b);
  }

  /// The columns of one rotation: half the sum of the factors.
  static int columns(int[] factors) {
    return Arrays.stream(factors).sum() / 2;
  }

  private static int[] automatic(int n, int chunk) {
    long chunks = Math.max(1, ((long) n + chunk - 1) / chunk);
    int bits = 63 - Long.numberOfLeadingZeros(Math.min(MOST, 2 * chunks));
    for (int parts = 1; ; parts++) {
      int[] factors = new int[parts];
      for (int i = 0; i < parts; i++) {
        factors[i] = 1 << ((bits + i) / parts);
      }
      if (columns(factors) <= AUTO_COLUMNS) {
        return factors;
      }
    }
  }

  /// `auto`, `64` or `32x64`.
  @Override
  public String toString() {
    return isAuto()
        ? "auto"
        : Arrays.stream(factors).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Buckets that && Arrays.equals(factors, that.factors);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(factors);
  }
}
