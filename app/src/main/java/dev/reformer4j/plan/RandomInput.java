package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// Inputs to measure with: independent, nearly normal numbers, so that buckets fill evenly. Same
/// seed, same numbers.
public final class RandomInput {
  private RandomInput() {}

  /// Shared queries and keys, and values.
  public static AttentionInput of(Workload load, long seed) {
    return AttentionInput.shared(
        tensor(seed, load.heads(), load.tokens(), load.dQk()),
        tensor(seed + 1, load.heads(), load.tokens(), load.dV()));
  }

  /// A tensor of numbers with mean 0 and variance 1.
  ///
  /// Each is the sum of four 16-bit uniform numbers, cut from one draw: the shape is near enough to
  /// normal here, and it takes a nanosecond where a true normal number takes ten; a million tokens
  /// have 10⁹ numbers.
  static Tensor tensor(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    float[] data = tensor.data();
    SplittableRandom random = new SplittableRandom(seed);
    float mean = 2 * 65535f;
    float scale = (float) (1 / (65536 * Math.sqrt(4 / 12.0)));
    for (int i = 0; i < data.length; i++) {
      long bits = random.nextLong();
      long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
      data[i] = (sum - mean) * scale;
    }
    return tensor;
  }
}
