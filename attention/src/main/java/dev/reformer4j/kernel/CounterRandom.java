package dev.reformer4j.kernel;

/// Random numbers that have an address instead of a history: SplitMix64's finalizer (Steele, Lea,
/// Flood 2014) over a counter, under a key. Any number can be drawn alone, in any order, by any
/// thread, and again.
public final class CounterRandom {
  static final int MIX_1 = 0x7FEB352D;
  static final int MIX_2 = 0x846CA68B;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /// A key, from which further keys are split off by [#split].
  public static long key(long seed) {
    return mix(seed);
  }

  /// The key of one branch of a key.
  public static long split(long key, long branch) {
    return mix(key + branch);
  }

  /// The key of one named branch of a key.
  public static long split(long key, String branch) {
    long split = key;
    for (int i = 0; i < branch.length(); i++) {
      split = split(split, branch.charAt(i));
    }
    return split;
  }

  /// A uniform number in `[0, 1)`, a multiple of 2⁻⁵³.
  public static double uniform(long key, long counter) {
    return (mix(key + counter * GOLDEN) >>> 11) * 0x1p-53;
  }

  /// A standard normal number (Box and Muller 1958, the cosine of the pair), rounded to float32.
  public static float gaussian(long key, long counter) {
    double u = uniform(key, 2 * counter);
    double v = uniform(key, 2 * counter + 1);
    return (float) (Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * v));
  }

  /// A hash of 32 bits (Wellons 2018, "lowbias32"): for draws that there are as many of as pairs,
  /// under addresses that are themselves random.
  public static int mix(int x) {
    int y = (x ^ (x >>> 16)) * MIX_1;
    y = (y ^ (y >>> 15)) * MIX_2;
    return y ^ (y >>> 16);
  }

  private static long mix(long z) {
    z += GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
