package dev.reformer4j.layer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels.RowMode;
import dev.reformer4j.tensor.Tensor;
import java.util.Optional;

/// The feed-forward branch: layer norm, dense, dropout, activation, dense, dropout. It is chunked
/// by nature (paper, section 3.2, "Chunking"): 64 tokens go through all of it at once, so that `n ·
/// dFeedForward` numbers never stand side by side.
public final class FeedForward implements Branch {
  private final Chain layers;

  /// @param layers `[dModel] → [dModel]`
  FeedForward(Chain layers) {
    this.layers = layers;
  }

  /// A branch under the names of Hugging Face.
  ///
  /// @param deviation standard deviation of initial weights
  public static FeedForward of(
      Parameters parameters,
      int dModel,
      int dFeedForward,
      String activation,
      double epsilon,
      double deviation,
      double dropout) {
    Parameters dense = parameters.in("dense").in("dense");
    Parameters output = parameters.in("output").in("dense");
    return new FeedForward(
        new Chain(
            LayerNorm.of(parameters.in("layer_norm"), dModel, epsilon),
            Dense.withBias(dense, dModel, dFeedForward, deviation),
            new Dropout(dense.name(), dFeedForward, dropout),
            ActivationLayer.named(activation, dFeedForward),
            Dense.withBias(output, dFeedForward, dModel, deviation),
            new Dropout(output.name(), dModel, dropout)));
  }

  @Override
  public Optional<Hashes> addTo(Tensor x, Tensor target, Pass pass) {
    Rows from = Rows.plain(x);
    Rows to = Rows.plain(target);
    Blocks.forEach(
        from.n(),
        pass.workers(),
        () -> {
          BlockScratch scratch = new BlockScratch();
          return (first, count) -> {
            scratch.work.begin(pass.draws(), first);
            scratch.add(from, to, first, count);
          };
        });
    return Optional.empty();
  }

  @Override
  public void undo(
      Tensor x, Optional<Hashes> hashes, Tensor target, Tensor dy, Tensor dx, Pass pass) {
    Rows from = Rows.plain(x);
    Rows to = Rows.plain(target);
    Rows gradient = Rows.plain(dy);
    Rows result = Rows.plain(dx);
    Blocks.backward(
        from.n(),
        pass.workers(),
        () -> {
          BlockScratch scratch = new BlockScratch();
          float[] dyPanel = new float[Kernels.panelSize(layers.out())];
          return (first, count, sums) -> {
            scratch.work.begin(pass.draws(), first);
            scratch.mover.load(from, first, count, scratch.panel, 0);
            float[] y = scratch.work.forward(scratch.panel, count);
            scratch.mover.store(y, to, first, count, RowMode.SUBTRACT);
            scratch.mover.load(gradient, first, count, dyPanel, 0);
            float[] dxPanel = scratch.work.backward(scratch.panel, dyPanel, count, sums);
            scratch.mover.store(dxPanel, result, first, count, RowMode.ADD);
          };
        });
  }

  @Override
  public Step step() {
    BlockScratch scratch = new BlockScratch();
    return (x, target, count, caches) -> scratch.add(Rows.plain(x), Rows.plain(target), 0, count);
  }

  /// One thread's scratch for a block of tokens.
  private final class BlockScratch {
    final PanelMover mover = new PanelMover();
    final RowLayer.Work work = layers.work();
    final float[] panel = new float[Kernels.panelSize(layers.in())];

    void add(Rows from, Rows to, int first, int count) {
      mover.load(from, first, count, panel, 0);
      mover.store(work.forward(panel, count), to, first, count, RowMode.ADD);
    }
  }
}
