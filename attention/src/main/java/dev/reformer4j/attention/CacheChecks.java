package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Which configurations can go token by token.
final class CacheChecks {
  private CacheChecks() {}

  /// Checks an LSH attention's, and that what it keeps fits arrays.
  static void check(LshConfig config, int heads, int dQk, int dV) {
    checkSizes(heads, dQk, dV);
    checkLooksBack(config.causal(), config.after());
    if (config.buckets().isAuto()) {
      throw new IllegalArgumentException(
          "buckets are chosen from the length of the sequence, but a cache's sequence grows; fix"
              + " their number, such as LshConfig.withBuckets(Buckets.of(64))");
    }
    if (config.countOnce()) {
      throw new IllegalArgumentException(
          "countOnce is on, but a cache does not count in how many rounds tokens meet; attend"
              + " without it, or over the whole sequence");
    }
    if (config.chunking() == Chunking.SLIDING) {
      TokenRing.check(config.chunk() * config.before(), dQk, dV);
    }
  }

  /// Checks a local attention's, and that what it keeps fits arrays.
  static void check(LocalConfig config, int heads, int dQk, int dV) {
    checkSizes(heads, dQk, dV);
    checkLooksBack(config.causal(), config.after());
    TokenRing.check(config.chunk() * (config.before() + 1), dQk, dV);
  }

  private static void checkSizes(int heads, int dQk, int dV) {
    Checks.atLeast("heads", heads, 1);
    Checks.atLeast("dQk", dQk, 1);
    Checks.atLeast("dV", dV, 1);
    Tensor.sizeOf(heads, Math.max(dQk, dV));
  }

  private static void checkLooksBack(boolean causal, int after) {
    if (!causal) {
      throw new IllegalArgumentException(
          "the attention looks both ways, but a cache knows only the past; use a causal one, or"
              + " attend over the whole sequence");
    }
    if (after > 0) {
      throw new IllegalArgumentException(
          "the attention looks at "
              + after
              + " chunks after its own, but a cache knows only the past; use 0 after");
    }
  }
}
