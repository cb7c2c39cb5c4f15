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
/// gradients). Where memory is no matter, activations can be kept all the same, which saves
/// computing them twice.
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
    forward(stream1, stream2, blocks.size(), pass);
  }

  /// Applies the first blocks in place, up to where the attention of the next one reads stream 2.
  ///
  /// @param count how many blocks
  public void forward(Tensor stream1, Tensor stream2, int count, Pass pass) {
    forward(
        stream1,
        stream2,
        count,
        pass,
        i -> blocks.get(i).attention().addTo(stream2, stream1, pass));
  }

  /// What the way up leaves for the way back.
  public sealed interface Trail {}

  /// What hashing decided, per block; everything else is computed again.
  ///
  /// @param hashes empty where a block does not hash
  public record Hashed(List<Optional<Hashes>> hashes) implements Trail {}

  /// All activations of all branches, the first to be applied first.
  private record Stored(List<StoredBranch> branches) implements Trail {}

  /// @param x what the branch has read
  private record StoredBranch(Tensor x, Branch.Kept kept) {}

  /// Like [#forward], and leaves a trail for [#backward], in the memory of a few streams or of all
  /// activations.
  public Trail forwardForBackward(
      Tensor stream1, Tensor stream2, Activations activations, Pass pass) {
    return switch (activations) {
      case REVERSED -> forwardForReversal(stream1, stream2, pass);
      case STORED -> forwardStoring(stream1, stream2, pass);
    };
  }

  private Hashed forwardForReversal(Tensor stream1, Tensor stream2, Pass pass) {
    List<Optional<Hashes>> hashes = new ArrayList<>();
    forward(
        stream1,
        stream2,
        blocks.size(),
        pass,
        i -> hashes.add(blocks.get(i).attention().addTo(stream2, stream1, pass)));
    return new Hashed(hashes);
  }

  /// What a branch reads it must find again, so it reads copies of the streams.
  private Stored forwardStoring(Tensor stream1, Tensor stream2, Pass pass) {
    List<StoredBranch> branches = new ArrayList<>();
    for (Block block : blocks) {
      branches.add(store(block.attention(), stream2, stream1, pass));
      branches.add(store(block.feedForward(), stream1, stream2, pass));
    }
    return new Stored(branches);
  }

  private static StoredBranch store(Branch branch, Tensor from, Tensor target, Pass pass) {
    Tensor x = pass.spare().tensor(from.shape());
    System.arraycopy(from.data(), 0, x.data(), 0, x.size());
    return new StoredBranch(x, branch.addToKeeping(x, target, pass));
  }

  /// Like [#forward], and fills an empty cache for every block.
  public void forward(Tensor stream1, Tensor stream2, List<AttentionCache> caches, Pass pass) {
    forward(
        stream1,
        stream2,
        blocks.size(),
        pass,
        i -> blocks.get(i).attention().addTo(stream2, stream1, caches.get(i), pass));
  }

  /// @param attention applies the attention of block i, and keeps of it what is wanted
  private void forward(
      Tensor stream1, Tensor stream2, int count, Pass pass, IntConsumer attention) {
    for (int i = 0; i < count; i++) {
      attention.accept(i);
      blocks.get(i).feedForward().addTo(stream1, stream2, pass);
    }
  }

  /// Goes backward through all blocks, in place; the gradients of the parameters accumulate.
  ///
  /// @param stream1 in: what [#forward] left; out, if activations are reversed: what it was given,
  ///   up to rounding
  /// @param stream2 likewise
  /// @param gradient1 in: the gradient of what forward left in stream 1; out: of what it was given
  /// @param gradient2 likewise
  /// @param trail what [#forwardForBackward] returned, for one way back
  public void backward(
      Tensor stream1, Tensor stream2, Tensor gradient1, Tensor gradient2, Trail trail, Pass pass) {
    switch (trail) {
      case Hashed hashed -> reverse(stream1, stream2, gradient1, gradient2, hashed, pass);
      case Stored stored -> {
        for (int i = 0; i < blocks.size(); i++) {
          backward(stored.branches.removeLast(), gradient2, gradient1, pass);
          backward(stored.branches.removeLast(), gradient1, gradient2, pass);
        }
      }
    }
  }

  private static void backward(StoredBranch branch, Tensor dy, Tensor dx, Pass pass) {
    branch.kept.backward(dy, dx);
    pass.spare().giveBack(branch.x.data());
  }

  private void reverse(
      Tensor stream1,
      Tensor stream2,
      Tensor gradient1,
      Tensor gradient2,
      Hashed hashed,
      Pass pass) {
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      Optional<Hashes> hashes = hashed.hashes.get(i);
      block.feedForward().undo(stream1, Optional.empty(), stream2, gradient2, gradient1, pass);
      block.attention().undo(stream2, hashes, stream1, gradient1, gradient2, pass);
    }
  }
}
