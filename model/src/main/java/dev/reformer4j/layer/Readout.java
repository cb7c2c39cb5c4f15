package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels.RowMode;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// What is read off the end of the reversible stack: a row layer over both streams side by side,
/// `[x₁ ; x₂]`, `2 · dModel` numbers per token.
public final class Readout {
  private final RowLayer layer;
  private final int dModel;

  /// @param layer `[2 · dModel] → [out]`
  public Readout(RowLayer layer) {
    this.layer = layer;
    this.dModel = layer.in() / 2;
  }

  /// Numbers per token that are read off.
  public int out() {
    return layer.out();
  }

  /// Reads off a run of tokens.
  ///
  /// @param from the first token
  /// @param result `[count, out]`, filled; its first axis says how many tokens are wanted
  public void forward(Tensor stream1, Tensor stream2, int from, Tensor result, Pass pass) {
    Blocks.forEach(
        result.dim(0),
        pass.workers(),
        () -> {
          Step step = step();
          return (first, count) -> {
            step.work.begin(pass.draws(), from + first);
            step.run(stream1, stream2, from + first, count, result, first);
          };
        });
  }

  /// Reads off the first tokens, and goes backward from a loss on what it read: adds the gradients
  /// of both streams and those of the parameters.
  ///
  /// @param count tokens that are read off
  /// @return the loss, summed in order of tokens
  public double backward(
      Tensor stream1,
      Tensor stream2,
      int count,
      PanelLoss loss,
      Tensor gradient1,
      Tensor gradient2,
      Pass pass) {
    double[] losses = new double[(count + Kernels.PANEL - 1) / Kernels.PANEL];
    // The gradients of a large vocabulary are not kept beside those of all layers below.
    Blocks.backward(
        count,
        pass.withSpare(new SpareArrays()),
        () -> {
          Step step = step();
          float[] dy = new float[Kernels.panelSize(layer.out())];
          float[] half = new float[Kernels.panelSize(dModel)];
          return (first, tokens, sums) -> {
            step.work.begin(pass.draws(), first);
            step.load(stream1, stream2, first, tokens);
            float[] y = step.work.forward(step.panel, tokens);
            System.arraycopy(y, 0, dy, 0, layer.out() * Kernels.PANEL);
            losses[first / Kernels.PANEL] = loss.gradient(dy, first, tokens);
            float[] dx = step.work.backward(step.panel, dy, tokens, sums);
            step.mover.store(dx, Rows.plain(gradient1), first, tokens, RowMode.ADD);
            System.arraycopy(dx, dModel * Kernels.PANEL, half, 0, dModel * Kernels.PANEL);
            step.mover.store(half, Rows.plain(gradient2), first, tokens, RowMode.ADD);
          };
        });
    return Arrays.stream(losses).reduce(0, Double::sum);
  }

  /// Reads off the first tokens, and gives a loss on what it read.
  ///
  /// @param count tokens that are read off
  /// @return the loss, summed in order of tokens
  public double loss(Tensor stream1, Tensor stream2, int count, PanelLoss loss, Pass pass) {
    double[] losses = new double[(count + Kernels.PANEL - 1) / Kernels.PANEL];
    Blocks.forEach(
        count,
        pass.workers(),
        () -> {
          Step step = step();
          return (first, tokens) -> {
            step.work.begin(pass.draws(), first);
            step.load(stream1, stream2, first, tokens);
            float[] y = step.work.forward(step.panel, tokens);
            losses[first / Kernels.PANEL] = loss.gradient(y, first, tokens);
          };
        });
    return Arrays.stream(losses).reduce(0, Double::sum);
  }

  /// A worker for one block at a time.
  public Step step() {
    return new Step();
  }

  /// One thread's scratch for a block of up to 64 tokens.
  public final class Step {
    private final PanelMover mover = new PanelMover();
    private final RowLayer.Work work = layer.work();
    private final float[] panel = new float[Kernels.panelSize(layer.in())];

    private Step() {}

    private void load(Tensor stream1, Tensor stream2, int first, int count) {
      mover.load(Rows.plain(stream1), first, count, panel, 0);
      mover.load(Rows.plain(stream2), first, count, panel, dModel);
    }

    /// Reads off tokens `first` to `first + count`, into rows of the result from `row` on.
    public void run(Tensor stream1, Tensor stream2, int first, int count, Tensor result, int row) {
      load(stream1, stream2, first, count);
      mover.store(work.forward(panel, count), Rows.plain(result), row, count, RowMode.STORE);
    }
  }
}
