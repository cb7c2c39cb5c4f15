package dev.reformer4j.kernel;

/// What the score kernels know of up to 64 keys: their scale and who may see them.
///
/// Query i may see key j exactly if `low[i] ≤ place[j] ≤ high[i]` and `bucketᵢ = bucketⱼ`; the pair
/// is a token with itself exactly if `selfᵢ = selfⱼ`. The attention decides what a place is: a
/// position, or a place in bucket order.
public final class KeyBlock {
  /// A place that no query can see, for padding.
  public static final int UNSEEN = Integer.MAX_VALUE;

  /// A self that equals no query's, where tokens may attend to themselves.
  public static final int NOBODY = -1;

  /// Factor of every logit of this key, log₂ e included.
  public final float[] scale = new float[Kernels.PANEL];

  /// Where the key stands, or [#UNSEEN].
  public final int[] place = new int[Kernels.PANEL];

  /// The bucket if other buckets are masked, else one constant.
  public final int[] bucket = new int[Kernels.PANEL];

  /// The position of the token if tokens must not attend to themselves, else [#NOBODY].
  public final int[] self = new int[Kernels.PANEL];
}
