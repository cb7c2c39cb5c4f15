package dev.reformer4j.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Large arrays that one pass after the other keeps its activations in.
///
/// What lives through a pass is what a garbage collector copies, and what is new the JVM fills with
/// zeros, in memory that the system may have to find first. With the activations of 16,384 tokens
/// that was a third of a training step.
///
/// May be used by all threads of a pass, but by one pass at a time.
public final class SpareArrays {
  private Map<Integer, Deque<float[]>> before = new HashMap<>();
  private Map<Integer, Deque<float[]>> now = new HashMap<>();

  /// None yet.
  public SpareArrays() {}

  /// An array of so many numbers, whatever they are.
  public synchronized float[] take(int length) {
    float[] spare = poll(now, length);
    if (spare == null) {
      spare = poll(before, length);
    }
    return spare == null ? new float[length] : spare;
  }

  private static float[] poll(Map<Integer, Deque<float[]>> arrays, int length) {
    Deque<float[]> those = arrays.get(length);
    return those == null ? null : those.poll();
  }

  /// Takes an array back, which whoever gives it no longer reads.
  public synchronized void giveBack(float[] array) {
    now.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
  }

  /// Ends a pass: lets go of what it had no use for, such as arrays for sequences of another
  /// length.
  public synchronized void endPass() {
    before = now;
    now = new HashMap<>();
  }
}
