package dev.reformer4j.kernel;

/// The weights and the bias of a dense layer in the order in which the kernels read them: panels of
/// [#WIDTH] outputs, one after the other, each in rows `[inputs, STRIDE]`. Padding is zeros.
///
/// A copy: when the weights change, pack them again.
public final class PackedWeights {
  private static final boolean SLIVERS = KernelChoice.packsSlivers();

  /// Outputs of one panel: those of a sliver (see [DenseSlivers]), or what tiles of ten rows divide
  /// (see [DenseTiles]).
  static final int WIDTH = SLIVERS ? DenseSlivers.ROWS : 60;

  /// From the weight of one input to that of the next: no more than a sliver is wide, or that of a
  /// panel, which the tiles know as a constant. A sixteenth of it is padding then, and cheaper than
  /// a last tile of four rows.
  static final int STRIDE = SLIVERS ? DenseSlivers.ROWS : Kernels.PANEL;

  /// Outputs of the last panel are padded to a multiple of this: the longest vector that reads it.
  private static final int ROUND = SLIVERS ? DenseSlivers.ROUND : 16;

  final float[] numbers;
  final float[] bias;
  private final int inputs;
  private final int outputs;

  /// Zeros of a shape.
  ///
  /// @throws IllegalArgumentException if there are no inputs or outputs, or too many for an array
  public PackedWeights(int outputs, int inputs) {
    long size = (outputs + WIDTH - 1L) / WIDTH * STRIDE * inputs;
    if (outputs < 1 || inputs < 1 || size > Integer.MAX_VALUE - STRIDE) {
      throw new IllegalArgumentException(
          "weights of "
              + outputs
              + " outputs and "
              + inputs
              + " inputs cannot be packed; there must be at least one of each, and fewer than 2^31"
              + " numbers");
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.numbers = new float[(int) size];
    this.bias = new float[paddedOutputs(outputs) + STRIDE];
  }

  /// Packs `y = W x + bias`.
  ///
  /// @param weights `[outputs, inputs]` from `offset`, row-major, as torch has them
  /// @param bias `[outputs]`, or empty for none
  public static PackedWeights of(
      float[] weights, int offset, int outputs, int inputs, float... bias) {
    PackedWeights packed = new PackedWeights(outputs, inputs);
    packed.pack(weights, offset, bias);
    return packed;
  }

  /// Packs the gradient of the input, `dx = Wᵀ dy`, of the layer `y = W x`.
  ///
  /// @param weights `[outputs, inputs]` of that layer, from `offset`, row-major
  /// @return weights whose inputs are the outputs of that layer
  public static PackedWeights transposed(float[] weights, int offset, int outputs, int inputs) {
    PackedWeights packed = new PackedWeights(inputs, outputs);
    packed.packTransposed(weights, offset);
    return packed;
  }

  /// Packs other weights of the same shape, and another bias, in the place of these.
  public void pack(float[] weights, int offset, float... bias) {
    for (int o = 0; o < outputs; o++) {
      int from = offset + o * inputs;
      int to = index(o);
      for (int p = 0; p < inputs; p++) {
        numbers[to + p * STRIDE] = weights[from + p];
      }
    }
    System.arraycopy(bias, 0, this.bias, 0, bias.length);
  }

  /// Packs other weights `[inputs, outputs]` in the place of these: they are transposed already.
  public void packTransposed(float[] weights, int offset) {
    for (int p = 0; p < inputs; p++) {
      for (int o = 0; o < outputs; o += WIDTH) {
        System.arraycopy(
            weights,
            offset + p * outputs + o,
            numbers,
            index(o) + p * STRIDE,
            Math.min(WIDTH, outputs - o));
      }
    }
  }

  /// Where the weight of an output and of input 0 stands; that of the next input is [#STRIDE]
  /// further.
  int index(int output) {
    return output / WIDTH * STRIDE * inputs + output % WIDTH;
  }

  /// Numbers of one token that go in.
  public int inputs() {
    return inputs;
  }

  /// Numbers of one token that come out.
  public int outputs() {
    return outputs;
  }

  /// How many outputs the kernels write: all, and up to 15 zeros behind them.
  public int paddedOutputs() {
    return paddedOutputs(outputs);
  }

  /// How many numbers the kernels write for so many outputs.
  public static int paddedOutputs(int outputs) {
    int whole = outputs / WIDTH * WIDTH;
    return whole + (outputs - whole + ROUND - 1) / ROUND * ROUND;
  }
}
