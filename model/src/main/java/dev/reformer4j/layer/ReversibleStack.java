package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// The reversible stack (paper, section 3.2): two streams x₁ and x₂, and in every block
///
/// ```text
/// y₁ = x₁ + Attention(x₂)      x₂ = y₂ − FeedForward(y₁)
/// y₂ = x₂ + FeedForward(y₁)    x₁ = y₁ − Attention(x₂)
/// ```
///
/// so that backward needs no stored activations: it takes the blocks off again, last first. Both
/// passes work in place; however deep the stack, two streams are all there is (and two of
/// gradients).
public final class ReversibleStack {
  /// One block.
  ///
  /// @param attention reads stream 2, adds to stream 1
  /// @param feedForward reads stream 1, adds to stream 2
  public record Block(SelfAttention attention, FeedForward feedForward) {}

  private final List<Block> blocks;

  /// @param blocks the first to be applied first
  public ReversibleStack(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /// The blocks, the first to be applied first.
  public List<Block> blocks() {
    return blocks;
  }

  /// Applies all blocks in place.
  ///
  /// @param stream1 `[n, dModel]`
  /// @param stream2 `[n, dModel]`
  public void forward(Tensor stream1, Tensor stream2, Pass pass) {
    forward(stream1, stream2, pass, i -> blocks.get(i).attention().addTo(stream2, stream1, pass));
  }

  /// Applies the first blocks in place, up to where the attention of the next one reads stream 2.
  ///
  /// @param count how many blocks
  public void forward(Tensor stream1, Tensor stream2, int count, Pass pass) {
    for (Block block : blocks.subList(0, count)) {
      block.attention().addTo(stream2, stream1, pass);
      block.feedForward().addTo(stream1, stream2, pass);
    }
  }

  /// Like [#forward], and keeps what [#backward] needs: what hashing decided, per block.
  public List<Optional<Hashes>> forwardForBackward(Tensor stream1, Tensor stream2, Pass pass) {
    List<Optional<Hashes>> hashes = new ArrayList<>();
    forward(
        stream1,
        stream2,
        pass,
        i -> hashes.add(blocks.get(i).attention().addTo(stream2, stream1, pass)));
    return hashes;
  }

  /// Like [#forward], and fills an empty cache for every block.
  public void forward(Tensor stream1, Tensor stream2, List<AttentionCache> caches, Pass pass) {
    forward(
        stream1,
        stream2,
        pass,
        i -> blocks.get(i).attention().addTo(stream2, stream1, caches.get(i), pass));
  }

  /// @param attention applies the attention of block i, and keeps of it what is wanted
  private void forward(Tensor stream1, Tensor stream2, Pass pass, IntConsumer attention) {
    for (int i = 0; i < blocks.size(); i++) {
      attention.accept(i);
      blocks.get(i).feedForward().addTo(stream1, stream2, pass);
    }
  }

  /// Takes all blocks off again and goes backward through them, in place; the gradients of the
  /// parameters accumulate.
  ///
  /// @param stream1 in: what [#forward] left; out: what it was given, up to rounding
  /// @param stream2 likewise
  /// @param gradient1 in: the gradient of what forward left in stream 1; out: of what it was given
  /// @param gradient2 likewise
  /// @param hashes what [#forwardForBackward] returned
  public void backward(
      Tensor stream1,
      Tensor stream2,
      Tensor gradient1,
      Tensor gradient2,
      List<Optional<Hashes>> hashes,
      Pass pass) {
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      block.feedForward().undo(stream1, Optional.empty(), stream2, gradient2, gradient1, pass);
      block.attention().undo(stream2, hashes.get(i), stream1, gradient1, gradient2, pass);
    }
  }
}
