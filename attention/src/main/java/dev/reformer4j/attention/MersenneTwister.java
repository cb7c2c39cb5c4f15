package dev.reformer4j.attention;

/// The generator behind `torch.manual_seed`: Mersenne Twister 19937 (Matsumoto and Nishimura 1998),
/// 32 bits a step.
///
/// Kept to reproduce what torch draws and for nothing else; our own numbers come from
/// [SeededRotations].
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /// Seeded as `init_genrand` does.
  ///
  /// @param seed all 32 bits count
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /// The next 32 random bits.
  int nextInt() {
    if (next == SIZE) {
      renew();
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void renew() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
    }
  }
}
