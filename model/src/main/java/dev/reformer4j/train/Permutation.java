package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;

/// A random order of `0 … size − 1` that takes no memory: a Feistel network over the smallest even
/// number of bits that holds the size, walked on until it lands inside (Black and Rogaway 2002).
final class Permutation {
  private static final int ROUNDS = 6;

  private final long size;
  private final long key;
  private final int half;

  Permutation(long size, long key) {
    this.size = size;
    this.key = key;
    this.half = Math.max(1, (65 - Long.numberOfLeadingZeros(Math.max(1, size - 1))) / 2);
  }

  /// What stands at a place.
  long at(long place) {
    long x = place;
    do {
      x = encrypt(x);
    } while (x >= size);
    return x;
  }

  private long encrypt(long x) {
    long mask = (1L << half) - 1;
    long left = x >>> half;
    long right = x & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (CounterRandom.split(CounterRandom.split(key, round), right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }
}
