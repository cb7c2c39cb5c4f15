package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// What `torch.manual_seed(seed); torch.randn(heads, dQk, rounds, columns)` draws on the CPU, which
/// is what `hash_seed` means in Hugging Face.
///
/// torch has two recipes, and takes the second below 16 numbers:
///
/// - **16 or more**: as many uniform floats as numbers, in order; then every block of 16 becomes
///   normal by Box and Muller, its first eight giving the radii and its last eight the angles. A
///   rest that fills no block is made by drawing the *last 16* afresh and transforming them alone,
///   over what was there.
/// - **fewer**: pair after pair of uniform doubles, angle first, radius second.
///
/// torch evaluates the first recipe with approximate float functions that differ from machine to
/// machine in the last bits; here they are exact before one rounding, so the numbers agree to 5e-7
/// (seen over a million) and not in every bit. The second recipe agrees bit for bit.
final class TorchRotations implements Rotations {
  private static final int BLOCK = 16;
  private static final int HALF = BLOCK / 2;

  private final long seed;

  /// @param seed any; torch uses its low 32 bits
  TorchRotations(long seed) {
    this.seed = seed;
  }

  @Override
  public Tensor draw(int heads, int dQk, int rounds, int columns) {
    Tensor rotations = Tensor.zeros(heads, dQk, rounds, columns);
    fill(rotations.data());
    return rotations;
  }

  /// `torch.manual_seed(seed); torch.randn(numbers.length)`.
  void fill(float[] numbers) {
    MersenneTwister random = new MersenneTwister((int) seed);
    if (numbers.length < BLOCK) {
      fillFew(numbers, random);
    } else {
      fillBlocks(numbers, random);
    }
  }

  private static void fillBlocks(float[] numbers, MersenneTwister random) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = uniformFloat(random);
    }
    for (int start = 0; start + BLOCK <= numbers.length; start += BLOCK) {
      toNormal(numbers, start);
    }
    if (numbers.length % BLOCK != 0) {
      int last = numbers.length - BLOCK;
      for (int i = last; i < numbers.length; i++) {
        numbers[i] = uniformFloat(random);
      }
      toNormal(numbers, last);
    }
  }

  private static void toNormal(float[] numbers, int start) {
    for (int j = start; j < start + HALF; j++) {
      double radius = Math.sqrt(-2 * Math.log(1 - numbers[j]));
      double angle = (float) (2 * Math.PI) * numbers[j + HALF]; // rounded to float, as torch does
      numbers[j] = (float) (radius * Math.cos(angle));
      numbers[j + HALF] = (float) (radius * Math.sin(angle));
    }
  }

  private static void fillFew(float[] numbers, MersenneTwister random) {
    for (int i = 0; i < numbers.length; i += 2) {
      double angle = 2 * Math.PI * uniformDouble(random);
      double radius = Math.sqrt(-2 * Math.log1p(-uniformDouble(random)));
      numbers[i] = (float) (radius * Math.cos(angle));
      if (i + 1 < numbers.length) {
        numbers[i + 1] = (float) (radius * Math.sin(angle));
      }
    }
  }

  /// 24 bits in `[0, 1)`.
  private static float uniformFloat(MersenneTwister random) {
    return (random.nextInt() & 0xffffff) * 0x1p-24f;
  }

  /// 53 bits in `[0, 1)`; of two steps the first is the high half.
  private static double uniformDouble(MersenneTwister random) {
    long high = random.nextInt();
    long low = random.nextInt() & 0xffffffffL;
    return (((high << 32) | low) & ((1L << 53) - 1)) * 0x1p-53;
  }
}
