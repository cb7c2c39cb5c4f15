package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// Inputs to measure with: independent, nearly normal numbers, so that buckets fill evenly. Same
/// seed, same numbers.
public final class RandomTensors {
  private RandomTensors() {}

  /// Shared queries and keys, and values, `[heads, n, width]` each.
  public static AttentionInput shared(int heads, int n, int width) {
    return AttentionInput.shared(of(1, heads, n, width), of(2, heads, n, width));
  }

  /// Separate queries, keys and values, `[heads, n, width]` each.
  public static AttentionInput separate(int heads, int n, int width) {
    return AttentionInput.separate(
        of(1, heads, n, width), of(3, heads, n, width), of(2, heads, n, width));
  }

  /// Numbers of mean 0 and variance 1: each the sum of four uniform ones cut from one draw, since
  /// drawing a billion true normal numbers would take longer than what is measured.
  public static Tensor of(long seed, int... shape) {
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
