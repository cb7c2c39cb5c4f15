package dev.reformer4j.layer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels.RowMode;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// The feed-forward branch: layer norm, dense, dropout, activation, dense, dropout. It is chunked
/// by nature (paper, section 3.2, "Chunking"): 64 tokens go through all of it at once, so that `n ·
/// dFeedForward` numbers never stand side by side.
public final class FeedForward implements Branch {
  private final LayerNorm norm;
  private final Dense dense;
  private final Dropout dropout;
  private final ActivationLayer activation;
  private final Dense output;
  private final Dropout outputDropout;

  private FeedForward(
      LayerNorm norm,
      Dense dense,
      Dropout dropout,
      ActivationLayer activation,
      Dense output,
      Dropout outputDropout) {
    this.norm = norm;
    this.dense = dense;
    this.dropout = dropout;
    this.activation = activation;
    this.output = output;
    this.outputDropout = outputDropout;
  }

  /// A branch under the names of Hugging Face.
  ///
  /// @param deviation standard deviation of initial weights
  /// @param rate of dropout
  public static FeedForward of(
      Parameters parameters,
      int dModel,
      int dFeedForward,
      String activation,
      double epsilon,
      double deviation,
      double rate) {
    Parameters dense = parameters.in("dense").in("dense");
    Parameters output = parameters.in("output").in("dense");
    return new FeedForward(
        LayerNorm.of(parameters.in("layer_norm"), dModel, epsilon),
        Dense.withBias(dense, dModel, dFeedForward, deviation),
        new Dropout(dense.name(), dFeedForward, rate),
        ActivationLayer.named(activation, dFeedForward),
        Dense.withBias(output, dFeedForward, dModel, deviation),
        new Dropout(output.name(), dModel, rate));
  }

  @Override
  public Optional<Hashes> addTo(Tensor x, Tensor target, Pass pass) {
    forward(x, target, pass, (first, hidden) -> {});
    return Optional.empty();
  }

  /// Keeps the result of the first dense layer, `[dFeedForward]` per token; what comes before and
  /// behind it is cheap.
  @Override
  public Kept addToKeeping(Tensor x, Tensor target, Pass pass) {
    float[][] hidden = new float[Blocks.count(x.dim(0))][];
    int size = dense.out() * Kernels.PANEL;
    forward(
        x,
        target,
        pass,
        (first, panel) -> {
          float[] copy = pass.spare().take(size);
          System.arraycopy(panel, 0, copy, 0, size);
          hidden[first / Kernels.PANEL] = copy;
        });
    return (dy, dx) -> {
      backward(
          x,
          dy,
          dx,
          pass,
          (scratch, first, count) -> {
            float[] kept = hidden[first / Kernels.PANEL];
            scratch.normalise(count);
            scratch.activate(kept, count);
            return kept;
          });
      Arrays.stream(hidden).forEach(pass.spare()::giveBack);
    };
  }

  @Override
  public void undo(
      Tensor x, Optional<Hashes> hashes, Tensor target, Tensor dy, Tensor dx, Pass pass) {
    Rows to = Rows.plain(target);
    backward(
        x,
        dy,
        dx,
        pass,
        (scratch, first, count) -> {
          float[] hidden = scratch.hidden(count);
          scratch.mover.store(scratch.output(hidden, count), to, first, count, RowMode.SUBTRACT);
          return hidden;
        });
  }

  /// Sees the results of the first dense layer.
  private interface Keeper {
    /// @param hidden panel `[dFeedForward, 64]`, which is scratch
    void keep(int first, float[] hidden);
  }

  private void forward(Tensor x, Tensor target, Pass pass, Keeper keeper) {
    Rows from = Rows.plain(x);
    Rows to = Rows.plain(target);
    Blocks.forEach(
        from.n(),
        pass.workers(),
        () -> {
          BlockScratch scratch = new BlockScratch();
          return (first, count) -> {
            scratch.begin(pass, from, first, count);
            float[] hidden = scratch.hidden(count);
            keeper.keep(first, hidden);
            scratch.mover.store(scratch.output(hidden, count), to, first, count, RowMode.ADD);
          };
        });
  }

  /// Where the results of the first dense layer come from, on the way back.
  private interface Source {
    /// @return panel `[dFeedForward, 64]`; the scratch has normalised its block and activated this
    float[] hidden(BlockScratch scratch, int first, int count);
  }

  private void backward(Tensor x, Tensor dy, Tensor dx, Pass pass, Source source) {
    Rows from = Rows.plain(x);
    Rows gradient = Rows.plain(dy);
    Rows result = Rows.plain(dx);
    Blocks.backward(
        from.n(),
        pass,
        () -> {
          BlockScratch scratch = new BlockScratch();
          float[] dyPanel = new float[Kernels.panelSize(output.out())];
          return (first, count, sums) -> {
            scratch.begin(pass, from, first, count);
            float[] hidden = source.hidden(scratch, first, count);
            scratch.mover.load(gradient, first, count, dyPanel, 0);
            float[] dxPanel = scratch.backward(hidden, dyPanel, count, sums);
            scratch.mover.store(dxPanel, result, first, count, RowMode.ADD);
          };
        });
  }

  @Override
  public Step step() {
    BlockScratch scratch = new BlockScratch();
    return (x, target, count, caches) -> {
      scratch.mover.load(Rows.plain(x), 0, count, scratch.panel, 0);
      float[] y = scratch.output(scratch.hidden(count), count);
      scratch.mover.store(y, Rows.plain(target), 0, count, RowMode.ADD);
    };
  }

  /// One thread's scratch for a block of tokens.
  private final class BlockScratch {
    final PanelMover mover = new PanelMover();
    final float[] panel = new float[Kernels.panelSize(norm.in())];
    private final RowLayer.Work normWork = norm.work();
    private final RowLayer.Work denseWork = dense.work();
    private final RowLayer.Work dropoutWork = dropout.work();
    private final RowLayer.Work activationWork = activation.work();
    private final RowLayer.Work outputWork = output.work();
    private final RowLayer.Work outputDropoutWork = outputDropout.work();
    private float[] normal = {};
    private float[] dropped = {};
    private float[] active = {};

    /// Loads a block.
    void begin(Pass pass, Rows from, int first, int count) {
      dropoutWork.begin(pass.draws(), first);
      outputDropoutWork.begin(pass.draws(), first);
      mover.load(from, first, count, panel, 0);
    }

    void normalise(int count) {
      normal = normWork.forward(panel, count);
    }

    /// Layer norm and the first dense layer.
    float[] hidden(int count) {
      normalise(count);
      return denseWork.forward(normal, count);
    }

    void activate(float[] hidden, int count) {
      dropped = dropoutWork.forward(hidden, count);
      active = activationWork.forward(dropped, count);
    }

    /// What comes behind the first dense layer.
    float[] output(float[] hidden, int count) {
      activate(hidden, count);
      return outputDropoutWork.forward(outputWork.forward(active, count), count);
    }

    /// From the gradient of the result to that of the block, which is normalised and activated.
    float[] backward(float[] hidden, float[] dy, int count, GradientSums sums) {
      // Dropout treats gradients as it treats numbers, whatever those were.
      float[] dOutput = outputDropoutWork.backward(dy, dy, count, sums);
      float[] dActive = outputWork.backward(active, dOutput, count, sums);
      float[] dDropped = activationWork.backward(dropped, dActive, count, sums);
      float[] dHidden = dropoutWork.backward(hidden, dDropped, count, sums);
      float[] dNormal = denseWork.backward(normal, dHidden, count, sums);
      return normWork.backward(panel, dNormal, count, sums);
    }
  }
}
