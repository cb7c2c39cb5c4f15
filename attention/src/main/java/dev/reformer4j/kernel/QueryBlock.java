package dev.reformer4j.kernel;

/// What the score kernels know of up to 64 queries: which keys they may see (see [KeyBlock]).
public final class QueryBlock {
  /// The logit of a token with itself, in log₂ units: −10⁵ as in trax and Hugging Face, so far
  /// below any real logit that it has weight only where nothing else is visible, and finite so that
  /// it then has all of it.
  public static final float SELF = (float) (-1e5 / Math.log(2));

  /// First place seen.
  public final int[] low = new int[Kernels.PANEL];

  /// Last place seen.
  public final int[] high = new int[Kernels.PANEL];

  /// The bucket if other buckets are masked, else one constant.
  public final int[] bucket = new int[Kernels.PANEL];

  /// The position of the token.
  public final int[] self = new int[Kernels.PANEL];
}
