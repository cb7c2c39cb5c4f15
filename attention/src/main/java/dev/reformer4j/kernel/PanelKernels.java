package dev.reformer4j.kernel;

/// The arithmetic of layers, over panels `[d, 64]` whose columns are tokens (see [Kernels]), and
/// over single tokens.
///
/// Every sum is one chain in order of its rows, one column apart from the other, in the scalar twin
/// and in the vector version. So all implementations give the same bits, and a token gives the same
/// bits in a full block, in a short one, and alone as a vector: a cached step of generation equals
/// the full pass.
///
/// `columns` is how many tokens are in use, 1 to 64. Columns beyond them may be computed as well,
/// from whatever stands there, and may be overwritten in outputs.
///
/// Offsets and ranges are the caller's duty, as with [Kernels]. Unless said otherwise an output
/// must not be one of the inputs. Implementations hold no state and may be shared by threads.
public interface PanelKernels {
  /// Numbers of scratch that [#toRows] needs.
  int ROW_SCRATCH = Kernels.panelSize(Kernels.PANEL);

  /// Numbers of scratch that [#dense] needs.
  int DENSE_SCRATCH = 256 * Kernels.PANEL;

  /// What [#toRows] does with the numbers of a target row.
  enum RowMode {
    /// Overwrites them.
    STORE,
    /// Adds to them.
    ADD,
    /// Subtracts from them.
    SUBTRACT
  }

  /// One vector times a matrix: `y[j] (+)= Σₚ x[p] · matrix[p, j]`, a chain of fused multiply-adds
  /// in order of p that begins with the old y when adding, else with 0; so it has the bits of
  /// [Kernels#multiply].
  ///
  /// @param matrix `[rows, columns]` from `mOffset`, rows `mStride` apart
  /// @param x `[rows]` from `xOffset`
  /// @param y `[columns]` from `yOffset`
  void multiplyVector(
      float[] matrix,
      int mOffset,
      int mStride,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      boolean add);

  /// A dense layer on a panel: `out[o, i] = biasₒ + Σₚ W[o, p] · panel[p, i]`, a chain in order of
  /// p that begins with the bias.
  ///
  /// With [PackedWeights#transposed] weights this is also the gradient of the input.
  ///
  /// @param panel rows `[inputs, 64]` from `pOffset`
  /// @param out rows `[paddedOutputs, 64]` from `outOffset`; rows beyond the outputs become 0
  /// @param scratch of [#DENSE_SCRATCH] numbers
  void dense(
      PackedWeights weights,
      float[] panel,
      int pOffset,
      float[] out,
      int outOffset,
      int columns,
      float[] scratch);

  /// A dense layer on one token: `y[o] = biasₒ + Σₚ W[o, p] · x[p]`, with the bits of [#dense].
  ///
  /// @param x `[inputs]` from `xOffset`
  /// @param y `[paddedOutputs]` from `yOffset`; what is beyond the outputs becomes 0
  void denseVector(PackedWeights weights, float[] x, int xOffset, float[] y, int yOffset);

  /// Begins to add up the gradient of the weights of a dense layer.
  ///
  /// @param gradient `[outputs, inputs]` from `gOffset`, row-major
  /// @param scratch of [#weightGradientScratch] numbers, whatever they are, until all is finished
  WeightGradient weightGradient(
      int outputs, int inputs, float[] gradient, int gOffset, float[] scratch);

  /// Numbers of scratch that [#weightGradient] needs.
  int weightGradientScratch(int outputs, int inputs);

  /// Sums over the tokens, in their order: `sums[k] += Σᵢ panel[k, i]`; the gradient of a bias.
  ///
  /// @param panel rows `[d, 64]` from `pOffset`
  /// @param sums `[d]` from `sOffset`
  void addRowSums(float[] panel, int pOffset, int d, int columns, float[] sums, int sOffset);

  /// `y[k] += x[k]` for `length` numbers.
  ///
  /// @param x from `xOffset`
  /// @param y from `yOffset`; another array
  void add(float[] x, int xOffset, float[] y, int yOffset, int length);

  /// Turns a panel of logits into weights, `x = 2^(x − max)`, and adds them to `sum`, for all 64
  /// columns; with the bits of [Kernels#exponentials].
  ///
  /// @param panel `[rows, 64]`
  /// @param max `[64]`
  /// @param sum `[64]`
  void exponentials(float[] panel, int rows, float[] max, float[] sum);

  /// Layer norm of every token (Ba et al. 2016): `out[k] = (x[k] − mean) · inverse · gamma[k] +
  /// beta[k]` with `inverse = 1 / √(variance + epsilon)`, the variance that of all d numbers
  /// (divided by d).
  ///
  /// @param panel `[d, 64]`
  /// @param out `[d, 64]`; may be the panel itself
  /// @param mean `[64]`, for the gradient
  /// @param inverse `[64]`, for the gradient
  void layerNorm(
      float[] panel,
      int d,
      float[] gamma,
      float[] beta,
      float epsilon,
      int columns,
      float[] out,
      float[] mean,
      float[] inverse);

  /// Layer norm of one token, with the bits of [#layerNorm].
  ///
  /// @param x `[d]` from `xOffset`
  /// @param y `[d]` from `yOffset`; may be x itself
  void layerNormVector(
      float[] x,
      int xOffset,
      int d,
      float[] gamma,
      float[] beta,
      float epsilon,
      float[] y,
      int yOffset);

  /// The gradient of a layer norm. With `x̂ = (x − mean) · inverse` and `g = dy · gamma`: `dx =
  /// inverse · (g − meanₖ(g) − x̂ · meanₖ(g · x̂))`, and over the tokens in their order `dGamma[k]
  /// += Σᵢ dy · x̂` and `dBeta[k] += Σᵢ dy`.
  ///
  /// @param panel `[d, 64]`, the input of the layer norm
  /// @param dy `[d, 64]`, the gradient of its output
  /// @param mean what [#layerNorm] gave, and `inverse` likewise
  /// @param dx `[d, 64]`, overwritten
  void layerNormGradient(
      float[] panel,
      float[] dy,
      int d,
      float[] gamma,
      float[] mean,
      float[] inverse,
      int columns,
      float[] dx,
      float[] dGamma,
      float[] dBeta);

  /// A panel back into rows: `target[rowOffsets[i] + k] (+ or −)= panel[k, i]` for the first
  /// `columns` columns. The way there is [Kernels#transpose].
  ///
  /// @param panel rows `[d, 64]` from `pOffset`
  /// @param scratch of [#ROW_SCRATCH] numbers
  void toRows(
      float[] panel,
      int pOffset,
      int d,
      int columns,
      float[] target,
      int[] rowOffsets,
      RowMode mode,
      float[] scratch);

  /// The fastest that runs here, as [Kernels#best()].
  static PanelKernels best() {
    return KernelChoice.BEST_PANELS;
  }

  /// The specification of all others, and to the bit equal to them.
  static PanelKernels scalar() {
    return KernelChoice.SCALAR_PANELS;
  }
}
