package dev.reformer4j.layer;

import java.util.List;

/// Row layers one after the other. A panel goes through all of them while it is in the cache.
public final class Chain implements RowLayer {
  private final List<RowLayer> layers;

  /// @throws IllegalArgumentException if there is none, or widths do not fit
  public Chain(RowLayer... layers) {
    this.layers = List.of(layers);
    if (this.layers.isEmpty()) {
      throw new IllegalArgumentException("a chain of no layers; give at least one");
    }
    for (int i = 1; i < layers.length; i++) {
      if (layers[i - 1].out() != layers[i].in()) {
        throw new IllegalArgumentException(
            "layer "
                + i
                + " of a chain takes "
                + layers[i].in()
                + " numbers per token, but the one before it gives "
                + layers[i - 1].out());
      }
    }
  }

  @Override
  public int in() {
    return layers.getFirst().in();
  }

  @Override
  public int out() {
    return layers.getLast().out();
  }

  @Override
  public Work work() {
    return new ChainWork(layers.stream().map(RowLayer::work).toArray(Work[]::new));
  }

  /// Every layer's own scratch holds its result, which is what the next one's backward needs.
  private static final class ChainWork extends Work {
    private final Work[] works;
    private final float[][] inputs;

    ChainWork(Work[] works) {
      this.works = works;
      this.inputs = new float[works.length][];
    }

    @Override
    void begin(Draws draws, int first) {
      for (Work work : works) {
        work.begin(draws, first);
      }
    }

    @Override
    public float[] forward(float[] x, int columns) {
      float[] y = x;
      for (int i = 0; i < works.length; i++) {
        inputs[i] = y;
        y = works[i].forward(y, columns);
      }
      return y;
    }

    @Override
    public float[] backward(float[] x, float[] dy, int columns, GradientSums sums) {
      float[] dx = dy;
      for (int i = works.length - 1; i >= 0; i--) {
        dx = works[i].backward(inputs[i], dx, columns, sums);
      }
      return dx;
    }
  }
}
