package dev.reformer4j.bench.jmh;

import dev.reformer4j.bench.Checks;
import dev.reformer4j.bench.RandomTensors;
import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The kernels alone on one thread, operands in the nearest cache, at the shapes that a chunk of 64
/// tokens of width 64 gives them.
///
/// An *operation* of a product is one multiplication with its addition, so `ops/ns` times 2 is
/// GFLOP/s; of the others it is one number.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class KernelBenchmark {
  private static final int P = Kernels.PANEL;
  private static final int D = 64;

  private final Kernels kernels = Kernels.best();
  private final float[] vectors = RandomTensors.of(1, 4096, D).data();
  private final int[] offsets = new int[P];
  private final float[] vectorsOfKeys = RandomTensors.of(2, P, D).data();
  private final float[] vectorsOfQueries = RandomTensors.of(3, P, D).data();
  private final float[] vectorsOfValues = RandomTensors.of(4, P, D).data();
  private final float[] keys = new float[Kernels.panelSize(D)];
  private final float[] queries = new float[Kernels.panelSize(D)];
  private final float[] values = new float[P * D];
  private final float[] scores = new float[P * P];
  private final float[] weights = new float[P * P];
  private final float[] sums = new float[P * D];
  private final float[] panel = new float[Kernels.panelSize(D)];
  private final float[] max = new float[P];
  private final float[] sum = new float[P];
  private final int[] ids = new int[P];

  /// Draws rows to gather, and checks every kernel before it is timed.
  @Setup(Level.Trial)
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    int[] rows = new int[P];
    Arrays.setAll(rows, i -> i * D);
    kernels.transposeToSlabs(vectorsOfKeys, rows, P, D, keys, 0, D);
    kernels.transposeToSlabs(vectorsOfQueries, rows, P, D, queries, 0, D);
    kernels.copyToSlabs(vectorsOfValues, rows, P, D, values, 0, P);
    Arrays.setAll(offsets, _ -> random.nextInt(4096) * D);
    checkProducts();
    checkTransposition();
    checkExponentials();
    checkArgmax();
    Arrays.fill(max, 1);
  }

  private void checkProducts() {
    scores();
    steps(weights, 0.01f, 97);
    values();
    for (int i = 0; i < P; i++) {
      for (int j = 0; j < P; j++) {
        double score = 0;
        double value = 0;
        for (int p = 0; p < D; p++) {
          score += (double) vectorsOfKeys[i * D + p] * vectorsOfQueries[j * D + p];
          value += (double) weights[at(p, i)] * vectorsOfValues[p * D + j];
        }
        Checks.near("score " + i + ", " + j, scores[at(i, j)], score, 1e-4);
        Checks.near("weighted value " + i + ", " + j, sums[at(i, j)], value, 1e-4);
      }
    }
  }

  /// Where a number stands in slabs of 64 rows.
  private int at(int row, int column) {
    int slab = kernels.slab();
    return (column / slab * P + row) * slab + column % slab;
  }

  private void checkTransposition() {
    transpose();
    for (int i = 0; i < P; i++) {
      for (int k = 0; k < D; k++) {
        Checks.near("panel " + k + ", " + i, panel[at(k, i)], vectors[offsets[i] + k], 0);
      }
    }
  }

  private void checkExponentials() {
    float[] logits = new float[P * P];
    steps(logits, -0.3f, 89);
    System.arraycopy(logits, 0, weights, 0, weights.length);
    exponentials();
    double[] expected = new double[P];
    for (int i = 0; i < weights.length; i++) {
      Checks.near("2^" + logits[i], weights[i], Math.pow(2, logits[i]), 1e-6);
    }
    for (int i = 0; i < P; i++) {
      for (int j = 0; j < P; j++) {
        expected[i] += Math.pow(2, logits[at(j, i)]);
      }
      Checks.near("sum of weights " + i, sum[i], expected[i], 1e-5);
    }
  }

  private static void steps(float[] numbers, float step, int period) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = step * (i % period);
    }
  }

  private void checkArgmax() {
    float[] rotated = RandomTensors.of(9, P, P).data();
    System.arraycopy(rotated, 0, scores, 0, rotated.length);
    argmax();
    for (int i = 0; i < P; i++) {
      int best = 0;
      for (int post = 0; post < 32; post++) {
        best = post(i, post) > post(i, best) ? post : best;
      }
      Checks.near("bucket " + i, ids[i], best, 0);
    }
  }

  private float post(int token, int post) {
    return post < 16 ? scores[at(post, token)] : -scores[at(post - 16, token)];
  }

  /// `S = K Qᵀ` of one block: 64 keys × 64 queries × 64.
  @Benchmark
  @OperationsPerInvocation(P * P * D)
  public float[] scores() {
    for (int q = 0; q < P; q += kernels.strip()) {
      int row = q / kernels.slab() * P;
      kernels.dots(keys, 0, P, queries, q, D, scores, row);
    }
    return scores;
  }

  /// `SᵀV` of one block, a tile of queries at a time: 64 queries × 64 × 64 keys.
  @Benchmark
  @OperationsPerInvocation(P * P * D)
  public float[] values() {
    int strip = kernels.strip();
    for (int q = 0, rows; q < P; q += rows) {
      rows = Math.min(kernels.tileRows(), strip - q % strip);
      int from = at(0, q);
      int to = q * kernels.slab();
      int step = P * kernels.slab();
      kernels.multiply(weights, from, values, 0, step, sums, to, step, rows, D, P, false);
    }
    return sums;
  }

  /// 64 gathered rows into a panel.
  @Benchmark
  @OperationsPerInvocation(P * D)
  public float[] transpose() {
    kernels.transposeToSlabs(vectors, offsets, P, D, panel, 0, D);
    return panel;
  }

  /// 64 × 64 logits into weights, and their sums. Each call finds the weights of the call before,
  /// and with 1 for the maximum `x ↦ 2^(x − 1)` goes to 1, so they stay what logits may be.
  @Benchmark
  @OperationsPerInvocation(P * P)
  public float[] exponentials() {
    Arrays.fill(sum, 0);
    for (int q = 0; q < P; q += kernels.strip()) {
      int row = q / kernels.slab() * P;
      kernels.exponentials(weights, row, row + P, q, max, sum);
    }
    return sum;
  }

  /// The buckets of 64 tokens, one factor of 32.
  @Benchmark
  @OperationsPerInvocation(P * 16)
  public int[] argmax() {
    Arrays.fill(ids, 0);
    kernels.addArgmax(scores, P, 0, 16, 1, ids);
    return ids;
  }
}
