package dev.reformer4j.attention;

/// Which configurations can go token by token.
final class CacheChecks {
  private CacheChecks() {}

  static void check(LshConfig config) {
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
  }

  static void check(LocalConfig config) {
    checkLooksBack(config.causal(), config.after());
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
