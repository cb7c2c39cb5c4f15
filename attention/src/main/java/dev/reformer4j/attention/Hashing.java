package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// Angular locality-sensitive hashing (Andoni et al. 2015; paper, section 3): `argmax([xR ; −xR])`
/// names the goal post that lies nearest to the direction of x, so vectors of near directions tend
/// to share a bucket. Only the direction counts: scaling a vector keeps its bucket.
///
/// Defined corners: among equal maxima the lowest index wins; the zero vector has bucket 0; NaN and
/// infinity are refused.
public final class Hashing {
  private static final int BLOCKS_PER_TASK = 16;

  private Hashing() {}

  /// Hashes vectors once per round.
  ///
  /// @param vectors `[n, dQk]`
  /// @param rotations `[dQk, rounds, Σ factors / 2]`, for every factor its columns, one factor
  ///   after the other
  /// @param factors even factors of the bucket count, the first the least significant
  /// @return `[rounds][n]`, each in `[0, Π factors)`
  /// @throws IllegalArgumentException if shapes and factors disagree, or a number is not finite
  public static int[][] hash(Tensor vectors, Tensor rotations, int... factors) {
    Buckets.of(factors);
    int columns = Buckets.columns(factors);
    if (vectors.rank() != 2
        || rotations.rank() != 3
        || rotations.dim(0) != vectors.dim(1)
        || rotations.dim(2) != columns) {
      throw new IllegalArgumentException(
          "vectors "
              + vectors
              + " and rotations "
              + rotations
              + " do not fit the bucket factors "
              + Arrays.toString(factors)
              + "; vectors must be [n, dQk] and rotations [dQk, rounds, "
              + columns
              + "]");
    }
    int n = vectors.dim(0);
    int rounds = rotations.dim(1);
    int[][] ids = new int[rounds][n];
    checkColumns(rounds, columns);
    Head head = new Head(vectors, 0, n, vectors.dim(1));
    Pass pass = new Pass(vectors.dim(1), rounds, factors);
    checkRotations(rotations);
    pass.use(rotations.data(), 0);
    int blocks = n / Kernels.PANEL + Integer.signum(n % Kernels.PANEL);
    for (int block = 0; block < blocks; block++) {
      pass.run(head, block, ids, 0, new float[0], 0);
    }
    return ids;
  }

  /// Draws rotations, and checks what was drawn.
  ///
  /// @return `[heads, dQk, rounds, columns]`
  /// @throws IllegalArgumentException if they are too many, of another shape, or not finite
  static Tensor draw(Rotations rotations, int heads, int dQk, int rounds, int columns) {
    checkColumns(rounds, columns);
    Tensor drawn = rotations.draw(heads, dQk, rounds, columns);
    Checks.rotations(drawn, heads, dQk, rounds, columns);
    checkRotations(drawn);
    return drawn;
  }

  /// @throws IllegalArgumentException if a number is not finite
  static void checkRotations(Tensor rotations) {
    for (float number : rotations.data()) {
      if (!Float.isFinite(number)) {
        throw new IllegalArgumentException(
            "rotations hold " + number + "; every number must be finite");
      }
    }
  }

  /// Checks that one block's rotated values fit an array.
  static void checkColumns(int rounds, int columns) {
    long most = Integer.MAX_VALUE / (Kernels.PANEL * (long) Kernels.PANEL) * Kernels.PANEL;
    if ((long) rounds * columns > most) {
      throw new IllegalArgumentException(
          rounds
              + " rounds of "
              + columns
              + " columns are more than "
              + most
              + " columns in all; write the bucket count as several factors, such as 4096x4096");
    }
  }

  /// The vectors of one head, the `row`-th `[n, d]` of a tensor.
  private record Head(Tensor vectors, int row, int n, int d) {
    int offset(int token) {
      return (row * n + token) * d;
    }
  }

  /// Hashes all heads of an input and measures the vectors on the way.
  ///
  /// @param vectors `[batch, heads, n, dQk]`
  /// @param rotations `[heads, dQk, rounds, columns]`; with no factors it is not read
  /// @param ids `[batch · heads · rounds][n]`, filled
  /// @param scale `[batch, heads, n]`, filled with what gives a key unit length; empty if not
  ///   wanted
  /// @param beside something that one thread has to do alone, while the others hash
  static void hashAll(
      AttentionInput input,
      Tensor vectors,
      float[] rotations,
      int rounds,
      int[] factors,
      int[][] ids,
      float[] scale,
      Runnable beside,
      Workers workers) {
    int n = input.n();
    int d = input.dQk();
    int heads = input.heads();
    int blocks = (n - 1) / Kernels.PANEL + 1;
    int tasksPerHead = (blocks - 1) / BLOCKS_PER_TASK + 1;
    int padding = Buckets.count(factors);
    workers.runBeside(
        beside,
        Math.multiplyExact(input.batch() * heads, tasksPerHead),
        () -> {
          Pass pass = new Pass(d, rounds, factors);
          return task -> {
            int row = task / tasksPerHead;
            Head head = new Head(vectors, row, n, d);
            pass.use(rotations, row % heads);
            int first = task % tasksPerHead * BLOCKS_PER_TASK;
            for (int block = first; block < Math.min(blocks, first + BLOCKS_PER_TASK); block++) {
              pass.run(head, block, ids, row * rounds, scale, row * n);
            }
            if (factors.length > 0) {
              markPadding(input, row, first, ids, rounds, padding);
            }
          };
        });
  }

  private static void markPadding(
      AttentionInput input, int row, int firstBlock, int[][] ids, int rounds, int padding) {
    Tokens tokens = Tokens.of(input, row / input.heads());
    int first = firstBlock * Kernels.PANEL;
    int end = Math.min(tokens.n(), first + BLOCKS_PER_TASK * Kernels.PANEL);
    for (int token = first; token < end; token++) {
      if (!tokens.isReal(token)) {
        for (int round = 0; round < rounds; round++) {
          ids[row * rounds + round][token] = padding;
        }
      }
    }
  }

  /// The scratch of one thread, and the work on one block of 64 vectors: all rounds and factors in
  /// one product, with tokens as lanes, so that the argmax runs down a column.
  private static final class Pass {
    private final Kernels kernels = Kernels.best();
    private final int slab = kernels.slab();
    private final int d;
    private final int rounds;
    private final int[] factors;
    private final int columns;
    private final float[] rotationSlabs;
    private final float[] panel;
    private final int height;
    private final float[] rotated;
    private final float[] squares = new float[Kernels.PANEL];
    private final int[] rows = new int[Kernels.PANEL];
    private final int[] bucket = new int[Kernels.PANEL];
    private int usedHead = -1;

    Pass(int d, int rounds, int[] factors) {
      this.d = d;
      this.rounds = rounds;
      this.factors = factors;
      this.columns = Buckets.columns(factors);
      int panels = (rounds * columns + Kernels.PANEL - 1) / Kernels.PANEL;
      this.rotationSlabs = new float[Tensor.sizeOf(panels, d, Kernels.PANEL)];
      this.panel = new float[Kernels.panelSize(d)];
      this.height = panels * Kernels.PANEL;
      this.rotated = new float[height * Kernels.PANEL];
    }

    /// Lays out the rotations `[dQk, rounds, columns]` of a head in slabs.
    void use(float[] rotations, int head) {
      if (head == usedHead) {
        return;
      }
      usedHead = head;
      int all = rounds * columns;
      for (int k = 0; k < d; k++) {
        for (int column = 0; column < all; column++) {
          rotationSlabs[(column / slab * d + k) * slab + column % slab] =
              rotations[(head * d + k) * all + column];
        }
      }
    }

    void run(Head head, int block, int[][] ids, int firstId, float[] scale, int firstScale) {
      int first = block * Kernels.PANEL;
      int count = Math.min(Kernels.PANEL, head.n - first);
      for (int i = 0; i < count; i++) {
        rows[i] = head.offset(first + i);
      }
      kernels.transposeToSlabs(head.vectors.data(), rows, count, d, panel, 0, d);
      kernels.sumOfSquares(panel, d, squares);
      for (int i = 0; i < count; i++) {
        if (!(squares[i] < Float.POSITIVE_INFINITY)) {
          throw Checks.notFinite("query/key", head.vectors, head.row, new int[] {first + i}, 1);
        }
        if (scale.length > 0) {
          scale[firstScale + first + i] = UnitKeys.scale(squares[i], d);
        }
      }
      if (factors.length > 0) {
        rotate();
        for (int round = 0; round < rounds; round++) {
          System.arraycopy(argmax(round), 0, ids[firstId + round], first, count);
        }
      }
    }

    private void rotate() {
      int all = rounds * columns;
      for (int column = 0; column < all; column += slab) {
        int m = Math.min(slab, (all - column + 3) & -4);
        kernels.multiply(
            rotationSlabs,
            column * d,
            panel,
            0,
            d * slab,
            rotated,
            column * slab,
            height * slab,
            m,
            Kernels.PANEL,
            d,
            false);
      }
    }

    private int[] argmax(int round) {
      Arrays.fill(bucket, 0);
      int row = round * columns;
      int weight = 1;
      for (int factor : factors) {
        kernels.addArgmax(rotated, height, row, factor / 2, weight, bucket);
        row += factor / 2;
        weight *= factor;
      }
      return bucket;
    }
  }
}
