package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Large arrays that the layers of a pass use one after the other, and that one pass after the
/// other of the same shape keeps its activations in.
///
/// What lives through a pass is what a garbage collector copies, and what is new the JVM fills with
/// zeros, in memory that the system may have to find first. With the activations of 16,384 tokens
/// that was a third of a training step.
///
/// May be used by all threads of a pass, but by one pass at a time.
public final class SpareArrays {
  private final Map<Integer, Deque<float[]>> ofLength = new HashMap<>();

  /// None yet.
  public SpareArrays() {}

  /// An array of so many numbers, whatever they are.
  public synchronized float[] take(int length) {
    Deque<float[]> spare = ofLength.get(length);
    return spare == null || spare.isEmpty() ? new float[length] : spare.pop();
  }

  /// A tensor over such an array.
  public Tensor tensor(int... shape) {
    return Tensor.of(take(Tensor.sizeOf(shape)), shape);
  }

  /// Takes an array back, which whoever gives it no longer reads.
  public synchronized void giveBack(float[] array) {
    ofLength.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
  }
}
