package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.tensor.Tensor;
import java.util.Optional;

/// One half of a reversible block (paper, section 3.2, after Gomez et al. 2017): a function f of a
/// whole sequence `[n, dModel]` whose result is added to the other half of the stream, so that `y =
/// target + f(x)`. Since x stays as it is, `target = y − f(x)` can be had back, and nothing needs
/// to be kept for the backward pass but what hashing decided.
public sealed interface Branch permits FeedForward, SelfAttention {
  /// `target += f(x)`, in place.
  ///
  /// @param x `[n, dModel]`
  /// @param target `[n, dModel]`
  /// @return what hashing decided, for [#undo]; empty if nothing was hashed
  Optional<Hashes> addTo(Tensor x, Tensor target, Pass pass);

  /// `target −= f(x)` and `dx += (∂f/∂x)ᵀ dy`, in place, computing f once; the gradients of the
  /// parameters accumulate.
  ///
  /// @param x `[n, dModel]` as in [#addTo], up to what reversal rounded away
  /// @param hashes what addTo returned: hashing again could decide otherwise
  /// @param target in: `target + f(x)`; out: `target`
  /// @param dy `[n, dModel]` the gradient of `target + f(x)`
  /// @param dx `[n, dModel]` accumulates
  void undo(Tensor x, Optional<Hashes> hashes, Tensor target, Tensor dy, Tensor dx, Pass pass);

  /// Like [#addTo], and keeps what it computed, so that going backward need not compute it again:
  /// faster than [#undo], and memory that grows with every branch.
  ///
  /// @param x `[n, dModel]`, which must stay as it is until then
  Kept addToKeeping(Tensor x, Tensor target, Pass pass);

  /// What a branch has kept of a pass, for one way back: its arrays are used again then.
  interface Kept {
    /// `dx += (∂f/∂x)ᵀ dy`, in place; the gradients of the parameters accumulate. It gives, to the
    /// bit, what [Branch#undo] gives for the same x.
    ///
    /// @param dy `[n, dModel]` the gradient of `target + f(x)`
    /// @param dx `[n, dModel]` accumulates
    void backward(Tensor dy, Tensor dx);
  }

  /// A worker that appends tokens to growing sequences.
  Step step();

  /// Appends up to 64 tokens at once to growing sequences, each token seeing those before it in its
  /// own sequence. It gives, to the bit, what [#addTo] gives for these tokens in the whole
  /// sequence. One thread's scratch.
  interface Step {
    /// `target += f(x)` for new tokens.
    ///
    /// @param x `[count, dModel]`
    /// @param target `[count, dModel]`
    /// @param caches the past of every token's sequence, `[count]`; tokens of one sequence stand in
    ///   order of position. A branch that has no past does not look at it
    void addTo(Tensor x, Tensor target, int count, AttentionCache[] caches);
  }
}
