package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Optional;

/// What an attention reads: queries, keys, values and, where there is padding, which tokens are
/// real.
///
/// Shapes are `[batch, heads, n, d]`, or `[heads, n, d]` for a batch of one.
///
/// Every number must be finite, and an attention says which one is not. Finite is not enough for
/// numbers near the end of float32: weighted values are summed before they are divided by the sum
/// of weights, which is up to the number of keys met, so values beyond 3·10³⁸ / (rounds · keys) may
/// overflow to infinite outputs.
public final class AttentionInput {
  private final Tensor query;
  private final Tensor key;
  private final Tensor value;
  private final boolean shared;
  private final Optional<boolean[]> mask;
  private final Optional<WeightDropout> dropout;

  private AttentionInput(
      Tensor query,
      Tensor key,
      Tensor value,
      boolean shared,
      Optional<boolean[]> mask,
      Optional<WeightDropout> dropout) {
    this.query = query;
    this.key = key;
    this.value = value;
    this.shared = shared;
    this.mask = mask;
    this.dropout = dropout;
    AttentionShapes.check(query, key, value);
    mask.ifPresent(given -> AttentionShapes.checkMask(this, given));
  }

  /// Shared queries and keys (paper, section 3): one tensor in both roles.
  ///
  /// @param qk `[…, heads, n, dQk]`
  /// @param value `[…, heads, n, dV]`
  /// @throws IllegalArgumentException if the shapes disagree or an axis is 0
  public static AttentionInput shared(Tensor qk, Tensor value) {
    return new AttentionInput(qk, qk, value, true, Optional.empty(), Optional.empty());
  }

  /// Separate queries and keys; they stay separate even if one tensor is given for both.
  ///
  /// @param query `[…, heads, n, dQk]`
  /// @param key `[…, heads, n, dQk]`
  /// @param value `[…, heads, n, dV]`
  /// @throws IllegalArgumentException if the shapes disagree or an axis is 0
  public static AttentionInput separate(Tensor query, Tensor key, Tensor value) {
    return new AttentionInput(query, key, value, false, Optional.empty(), Optional.empty());
  }

  /// The same with a key padding mask.
  ///
  /// @param mask `[batch, n]`, true for a token and false for padding
  /// @throws IllegalArgumentException if its length is not batch · n, or a whole sequence is
  ///   padding
  public AttentionInput withMask(boolean[] mask) {
    return new AttentionInput(query, key, value, shared, Optional.of(mask.clone()), dropout);
  }

  /// The same with dropout on the attention weights, for training: forward and backward alike.
  public AttentionInput withDropout(WeightDropout dropout) {
    return new AttentionInput(query, key, value, shared, mask, Optional.of(dropout));
  }

  /// The queries; in shared attention also the keys.
  public Tensor query() {
    return query;
  }

  /// The keys; in shared attention the same object as the queries.
  public Tensor key() {
    return key;
  }

  /// The values.
  public Tensor value() {
    return value;
  }

  /// `[batch, n]`, true for a token; empty if every token is real. Not a copy.
  public Optional<boolean[]> mask() {
    return mask;
  }

  /// Dropout on the weights; empty outside of training.
  public Optional<WeightDropout> dropout() {
    return dropout;
  }

  /// Whether queries and keys were given as one, by [#shared].
  public boolean isShared() {
    return shared;
  }

  /// Sequences side by side.
  public int batch() {
    return query.rank() == 4 ? query.dim(0) : 1;
  }

  /// Independent attentions of one sequence.
  public int heads() {
    return query.dim(-3);
  }

  /// Tokens of one sequence.
  public int n() {
    return query.dim(-2);
  }

  /// Numbers in one query/key vector.
  public int dQk() {
    return query.dim(-1);
  }

  /// Numbers in one value vector.
  public int dV() {
    return value.dim(-1);
  }

  boolean isToken(int sequence, int token) {
    return mask.isEmpty() || mask.get()[sequence * n() + token];
  }
}
