package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.util.List;
import java.util.Optional;

/// What an [LshSelfAttention] approximates, under the same parameters: shared queries and keys, and
/// every pair computed. Quadratic; for telling what hashing loses.
public final class ExactSelfAttention extends SelfAttention {
  private final ExactAttention attention;

  private ExactSelfAttention(Parameters parameters, boolean causal, AttentionShape shape) {
    super(parameters, shape, shape::sharedRoles);
    this.attention = new ExactAttention(new ExactConfig(causal));
  }

  /// A branch under the names that Hugging Face has for LSH attention.
  public static ExactSelfAttention of(Parameters parameters, boolean causal, AttentionShape shape) {
    return new ExactSelfAttention(parameters, causal, shape);
  }

  @Override
  AttentionInput input(List<Tensor> roles) {
    return AttentionInput.shared(roles.get(0), roles.get(1));
  }

  @Override
  Optional<Hashes> hash(AttentionInput input, Pass pass) {
    return Optional.empty();
  }

  @Override
  AttentionResult attend(AttentionInput input, Optional<Hashes> hashes, Pass pass) {
    return attention.forward(input, pass.workers());
  }

  @Override
  List<Tensor> backward(
      AttentionInput input, AttentionResult result, Tensor outputGradient, Pass pass) {
    Gradients gradients = attention.backward(input, result, outputGradient, pass.workers());
    return List.of(gradients.query(), gradients.value());
  }

  @Override
  public AttentionCache newCache(int n) {
    throw new IllegalArgumentException(
        "exact attention in the place of LSH has no cache; generate with LSH attention, or compute"
            + " the whole sequence");
  }

  @Override
  public AttentionCache readCache(DataInput in, int n) {
    return newCache(n);
  }

  @Override
  void fill(AttentionCache cache, AttentionInput input, Optional<Hashes> hashes) {
    throw new IllegalStateException("nobody has a cache of exact attention");
  }
}
