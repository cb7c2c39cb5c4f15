package dev.reformer4j.kernel;

/// The arithmetic of attention over blocks of up to 64 tokens. Tokens are lanes.
///
/// A *panel* is a `[k, 64]` matrix in which column i belongs to the i-th token of a block: 64
/// vectors transposed. Scores are panels too, `[keys, 64 queries]`, so that the maximum and the sum
/// of one query run down a column and no operation here ever reduces across lanes.
///
/// A *slab* is a run of [#slab()] adjacent columns. Attention holds panels slab by slab: that of
/// columns 0, 1, … as a matrix `[k, slab]` for itself, then the next, so that number k of column i
/// stands at `(i / slab · height + k) · slab + i % slab`, where a slab has room for `height` rows.
/// So what a product reads stands together and stays in the nearest cache (a slab is the whole
/// panel where that does not matter). The constant row stride also lets the compiler address a
/// whole column of broadcasts by one register and constant displacements; that alone is worth a
/// quarter of the speed of [#multiply].
///
/// A *strip* is a run of [#strip()] adjacent columns that one pass handles together; it lies within
/// one slab. It is named by its first query: that is where the pass begins in all that has a number
/// for each of the 64 queries, and `strip % slab` is its first column in a slab of scores.
///
/// Offsets and ranges are the caller's duty: an array access that leaves its array throws, but a
/// wrong range inside the array is not noticed. Implementations hold no state and may be shared by
/// threads.
public interface Kernels {
  /// Columns of a panel.
  int PANEL = 64;

  /// The running maximum before the first key: below any logit, and finite, so that the difference
  /// from a logit of −∞ is −∞ and not NaN, and the difference of two of them is 0.
  float NO_MAXIMUM = -Float.MAX_VALUE;

  /// What runs here, for reports: `vector, 512 bit` or `scalar`.
  String name();

  /// Adjacent columns that one pass handles together; divides 64.
  int strip();

  /// Columns of one slab: a multiple of [#strip()] that divides 64.
  int slab();

  /// Rows that [#multiply] likes to work on together; splitting `m` at its multiples costs nothing.
  int tileRows();

  /// Numbers in one vector.
  int lanes();

  /// `C = AᵀB` or `C += AᵀB`: `c[i, j] (+)= Σₚ a[p, i] · b[p, j]`.
  ///
  /// Every element is one chain of fused multiply-adds in order of p, which begins with the old
  /// element when adding, else with 0. So its bits do not depend on where m, n or k are split, nor
  /// on which tile computes it: a token computed alone equals the same token in a block.
  ///
  /// @param a one slab, `[k, slab]`, whose column at `aOffset` is the first row of C
  /// @param b slabs `[k, slab]`, whose row 0 of column 0 is at `bOffset`; `bStep` from each to the
  ///   next. Here and in C, column 0 is the first of a slab unless all n columns lie in one
  /// @param c slabs, whose row 0 of column 0 is at `cOffset`; `cStep` from each to the next
  /// @param m rows of C, no more than A has columns left: a multiple of 4, or [#tileRows()]
  /// @param n columns, a multiple of [#strip()]
  void multiply(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cStep,
      int m,
      int n,
      int k,
      boolean add);

  /// Dot products of keys `from` to `to`, and up to three more at either end, with one strip of
  /// queries: row `scoreRow + j` of the slab of scores, at the columns of the queries.
  ///
  /// @param keys panel in slabs of d rows, and `queries` likewise
  /// @param q the first query of the strip
  default void dots(
      float[] keys, int from, int to, float[] queries, int q, int d, float[] scores, int scoreRow) {
    int slab = slab();
    int first = q / slab * slab * d + q % slab;
    int end = (to + 3) & -4;
    for (int top = from & -4, next; top < end; top = next) {
      next = Math.min(end, (top / slab + 1) * slab);
      int key = top / slab * slab * d + top % slab;
      int row = (scoreRow + top) * slab + q % slab;
      multiply(keys, key, queries, first, 0, scores, row, 0, next - top, strip(), d, false);
    }
  }

  /// How many numbers a panel of `k` rows takes, with some to spare behind them that [#transpose]
  /// and [#transposeToSlabs] may use.
  static int panelSize(int k) {
    return k * PANEL + 16 * k + 256;
  }

  /// Transposes rows into an undivided panel: `panel[64 · k + i] = source[rowOffsets[i] + k]` for
  /// the first `rows` columns.
  ///
  /// @param panel of [#panelSize(int)] numbers
  void transpose(float[] source, int[] rowOffsets, int rows, int d, float[] panel);

  /// Transposes rows into slabs: number k of row i goes to column i, row `firstRow + k`.
  ///
  /// @param slabs of `height` rows each, at least `firstRow + d`; `panelSize(height)` numbers
  void transposeToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height);

  /// Copies rows into slabs as they are: number k of row i goes to column k, row `firstRow + i`.
  ///
  /// @param slabs of `height` rows each
  /// @return whether every number is finite
  boolean copyToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height);

  /// `out[i] = Σₖ panel[k, i]²` for all 64 columns, a chain of fused multiply-adds in order of k.
  ///
  /// @param panel slabs of d rows
  void sumOfSquares(float[] panel, int d, float[] out);

  /// Angular LSH of one factor: `ids[i] += weight · argmax([x ; −x])` where x is column i of `half`
  /// rows, lowest index first among equals (Andoni et al. 2015; paper, section 3).
  ///
  /// @param rotated panel in slabs of `height` rows each
  void addArgmax(float[] rotated, int height, int firstRow, int half, int weight, int[] ids);

  /// Scales rows `from` to `to` of one strip of scores by their key and takes the running maximum
  /// per query.
  ///
  /// @param scores a slab; row `scoreRow + j` belongs to key j of the block
  /// @param keys what the block knows of its keys
  /// @param max running maximum of the 64 queries
  void scale(float[] scores, int scoreRow, int from, int to, int strip, KeyBlock keys, float[] max);

  /// Like [#scale], and pairs that may not see each other become −∞, the pair of a token with
  /// itself [QueryBlock#SELF].
  void scaleAndMask(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int strip,
      KeyBlock keys,
      QueryBlock queries,
      float[] max);

  /// Turns rows `from` to `to` of one strip into weights, `s = 2^(s − max)`, and adds them to
  /// `sum`.
  ///
  /// @param scores a slab
  void exponentials(float[] scores, int from, int to, int strip, float[] max, float[] sum);

  /// The gradient of a softmax, times the key's scale: `gradient[j, i] = p[j, i] · (gradient[j, i]
  /// − mean[i])`, zero for the pair of a token with itself, whose logit is a constant.
  ///
  /// @param weights slab of final weights p
  /// @param gradient slab; in: gradient of the weights; out: gradient of the dot product
  /// @param mean `Σⱼ p · dp` of each query
  void softmaxGradient(
      float[] weights,
      float[] gradient,
      int scoreRow,
      int from,
      int to,
      int strip,
      KeyBlock keys,
      QueryBlock queries,
      float[] mean);

  /// Dropout on rows `from` to `to` of one strip of weights, or of their gradients. Of key `j` and
  /// query `i`, `scores[scoreRow + j, i]` becomes 0 if `mix(keys[j] XOR queries[i]) >>> 1` is below
  /// the threshold, else it is multiplied by `scale` ([CounterRandom#mix(int)]).
  ///
  /// @param keys `[64]` what each key adds to the address of a pair
  /// @param queries `[64]` likewise
  /// @param threshold 2³¹ times the probability of a 0
  void dropOut(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int strip,
      int[] keys,
      int[] queries,
      int threshold,
      float scale);

  /// `out[i] = 2^(before[i] − after[i])` for all 64 columns: what is left of a sum when its maximum
  /// grows.
  void decay(float[] before, float[] after, float[] out);

  /// `out[i] = ln 2 · max[i] + ln sum[i]` for all 64 columns; −∞ where the sum is 0.
  void logSumExp(float[] max, float[] sum, float[] out);

  /// Adds rows to where they belong: `target[rowOffsets[i] + k] = target[…] · keep[i] + source[i,
  /// k] · gain[i]`. Where keep is 0 the target is not read.
  ///
  /// @param source slabs of `height` rows each
  void scatterRows(
      float[] source,
      int height,
      float[] target,
      int[] rowOffsets,
      int rows,
      int d,
      float[] keep,
      float[] gain);

  /// `Σₖ a[k] · b[k]` over `d` numbers: one chain of fused multiply-adds for every lane of a
  /// vector, added half on half, and then one for what is left over.
  float dot(float[] a, int aOffset, float[] b, int bOffset, int d);

  /// The fastest that runs here: vectors where the module `jdk.incubator.vector` is present, after
  /// a quick [Start] if the process asked for one; else the scalar twin.
  static Kernels best() {
    return KernelChoice.BEST;
  }

  /// The specification of all others.
  static Kernels scalar() {
    return KernelChoice.SCALAR;
  }
}
