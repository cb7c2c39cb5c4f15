package dev.reformer4j.bench.jmh;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Checks;
import dev.reformer4j.bench.RandomTensors;
import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PackedWeights;
import dev.reformer4j.kernel.PanelKernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Dense layers: on 4,096 tokens by two threads, and on a single token by one.
///
/// `2 · 4096 · inputs · outputs` over the time is FLOP/s; `4 · inputs · outputs` over the time of a
/// single token is the rate at which the weights come in, in bytes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Benchmark)
public class DenseBenchmark {
  private static final int BLOCKS = 64;
  private static final int P = Kernels.PANEL;

  /// Inputs and outputs.
  @Param({"256x256", "256x1024", "1024x256", "512x258"})
  public String shape;

  private final PanelKernels kernels = PanelKernels.best();
  private Workers workers;
  private PackedWeights weights;
  private float[][] panels;
  private float[][] outs;
  private float[] token;
  private float[] answer;

  /// Draws weights and tokens, and checks both products before they are timed.
  @Setup(Level.Trial)
  public void setUp() {
    int cross = shape.indexOf('x');
    int inputs = Integer.parseInt(shape.substring(0, cross));
    int outputs = Integer.parseInt(shape.substring(cross + 1));
    workers = Workers.of(2);
    float[] matrix = RandomTensors.of(1, outputs, inputs).data();
    weights = PackedWeights.of(matrix, 0, outputs, inputs);
    panels = new float[BLOCKS][];
    outs = new float[BLOCKS][weights.paddedOutputs() * P];
    for (int block = 0; block < BLOCKS; block++) {
      panels[block] = RandomTensors.of(2 + block, inputs, P).data();
    }
    token = RandomTensors.of(99, inputs).data();
    answer = new float[weights.paddedOutputs()];
    tokens();
    token();
    for (int o = 0; o < outputs; o++) {
      double sum = 0;
      double sumOfToken = 0;
      for (int p = 0; p < inputs; p++) {
        sum += (double) matrix[o * inputs + p] * panels[7][p * P + 5];
        sumOfToken += (double) matrix[o * inputs + p] * token[p];
      }
      Checks.near("output " + o, outs[7][o * P + 5], sum, 1e-3);
      Checks.near("output of a token " + o, answer[o], sumOfToken, 1e-3);
    }
  }

  /// Ends the threads.
  @TearDown(Level.Trial)
  public void close() {
    workers.close();
  }

  /// 4,096 tokens, two threads.
  @Benchmark
  public float[][] tokens() {
    workers.run(
        BLOCKS,
        () -> {
          float[] scratch = new float[PanelKernels.DENSE_SCRATCH];
          return block -> kernels.dense(weights, panels[block], 0, outs[block], 0, P, scratch);
        });
    return outs;
  }

  /// One token, one thread.
  @Benchmark
  public float[] token() {
    kernels.denseVector(weights, token, 0, answer, 0);
    return answer;
  }
}
