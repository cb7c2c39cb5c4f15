package dev.reformer4j.spark;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Hashing;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;

/// The rotations of all sequences, drawn on the driver: those of one number of columns are alike.
final class Rotated implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Rules rules;
  private final int[][] factors;
  private final HashMap<Integer, float[][]> byColumns = new HashMap<>();

  /// @throws IllegalArgumentException if the rotations do not fit
  Rotated(Rules rules, Sequences sequences, Rotations rotations) {
    this.rules = rules;
    this.factors = new int[sequences.count()][];
    Buckets buckets = Buckets.parse(rules.buckets());
    for (int sequence = 0; sequence < factors.length; sequence++) {
      factors[sequence] = buckets.factors(sequences.length(sequence), rules.chunk());
      byColumns.computeIfAbsent(columns(factors[sequence]), columns -> draw(rotations, columns));
    }
  }

  private static int columns(int[] factors) {
    return Arrays.stream(factors).sum() / 2;
  }

  /// Head by head `[dQk, rounds, columns]`.
  private float[][] draw(Rotations rotations, int columns) {
    int[] wanted = {rules.heads(), rules.dQk(), rules.rounds(), columns};
    Tensor drawn = rotations.draw(rules.heads(), rules.dQk(), rules.rounds(), columns);
    if (!Arrays.equals(drawn.shape(), wanted)) {
      throw new BadInputException(
          "rotations "
              + drawn
              + " do not fit; [heads, dQk, rounds, columns] must be "
              + Arrays.toString(wanted));
    }
    int size = drawn.size() / rules.heads();
    float[][] heads = new float[rules.heads()][];
    Arrays.setAll(heads, h -> Arrays.copyOfRange(drawn.data(), h * size, (h + 1) * size));
    return heads;
  }

  /// `[heads, dQk, rounds, columns]` the rotations of a sequence.
  Tensor of(int sequence) {
    int columns = columns(factors[sequence]);
    int size = rules.dQk() * rules.rounds() * columns;
    Tensor all = Tensor.zeros(rules.heads(), rules.dQk(), rules.rounds(), columns);
    float[][] heads = byColumns.get(columns);
    for (int head = 0; head < heads.length; head++) {
      System.arraycopy(heads[head], 0, all.data(), head * size, size);
    }
    return all;
  }

  /// Buckets of one round of a sequence.
  long buckets(int sequence) {
    return Arrays.stream(factors[sequence]).asLongStream().reduce(1, (a, b) -> a * b);
  }

  /// Whether vectors of two sequences may be hashed together.
  boolean areAlike(int sequence, int other) {
    return Arrays.equals(factors[sequence], factors[other]);
  }

  /// Hashes vectors of one head.
  ///
  /// @param vectors `[n, dQk]`
  /// @return `[rounds][n]` buckets
  int[][] hash(int sequence, int head, Tensor vectors) {
    int columns = columns(factors[sequence]);
    Tensor rotation = Tensor.of(byColumns.get(columns)[head], rules.dQk(), rules.rounds(), columns);
    return Hashing.hash(vectors, rotation, factors[sequence]);
  }
}
