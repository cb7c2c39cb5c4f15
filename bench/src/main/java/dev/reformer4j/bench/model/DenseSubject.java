package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Checks;
import dev.reformer4j.bench.RandomTensors;
import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.layer.Dense;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.layer.RowLayer.Work;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// A dense layer over panels of tokens, all of them apart in memory. As in a model, a result stays
/// in its thread's scratch, where the next layer would find it.
final class DenseSubject implements CheckedWork {
  private static final int SAMPLES = 64;

  private final Dense dense;
  private final Tensor weights;
  private final float[][] panels;

  /// @param n tokens, rounded down to whole panels of 64
  DenseSubject(int in, int out, int n) {
    Parameters parameters = new Parameters();
    this.dense = Dense.withoutBias(parameters, in, out, 1);
    this.weights = RandomTensors.of(1, out, in);
    parameters.all().values().forEach(parameter -> parameter.fill(weights));
    this.panels = new float[n / Kernels.PANEL][];
    for (int block = 0; block < panels.length; block++) {
      panels[block] = RandomTensors.of(2 + block, Kernels.panelSize(in)).data();
    }
  }

  /// Applies the layer to all tokens.
  @Override
  public void run(Workers workers) {
    workers.run(
        panels.length,
        () -> {
          Work work = dense.work();
          return block -> work.forward(panels[block], Kernels.PANEL);
        });
  }

  @Override
  public void check() {
    SplittableRandom random = new SplittableRandom(1);
    Work work = dense.work();
    for (int sample = 0; sample < SAMPLES; sample++) {
      float[] panel = panels[random.nextInt(panels.length)];
      int row = random.nextInt(dense.out());
      int column = random.nextInt(Kernels.PANEL);
      double sum = 0;
      for (int k = 0; k < dense.in(); k++) {
        sum += (double) weights.data()[row * dense.in() + k] * panel[k * Kernels.PANEL + column];
      }
      float got = work.forward(panel, Kernels.PANEL)[row * Kernels.PANEL + column];
      Checks.near("output " + row + " of token " + column, got, sum, 1e-4);
    }
  }
}
