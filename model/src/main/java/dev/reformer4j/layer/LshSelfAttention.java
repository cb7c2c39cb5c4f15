package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshCache;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;

/// LSH attention in a model: one projection is query and key, tokens attend to those that hash near
/// them.
public final class LshSelfAttention extends SelfAttention {
  private final IntFunction<LshConfig> configOfLength;
  private final Rotations rotations;
  private final ConcurrentMap<LshConfig, LshAttention> attentions = new ConcurrentHashMap<>();

  private LshSelfAttention(
      Parameters parameters,
      IntFunction<LshConfig> configOfLength,
      Rotations rotations,
      AttentionShape shape) {
    super(parameters, shape, shape::sharedRoles);
    this.configOfLength = configOfLength;
    this.rotations = rotations;
  }

  /// A branch under the names of Hugging Face.
  ///
  /// @param configOfLength the attention for a number of tokens: its buckets may depend on that
  public static LshSelfAttention of(
      Parameters parameters,
      IntFunction<LshConfig> configOfLength,
      Rotations rotations,
      AttentionShape shape) {
    return new LshSelfAttention(parameters, configOfLength, rotations, shape);
  }

  /// The attention's configuration for a number of tokens.
  public LshConfig config(int n) {
    return configOfLength.apply(n);
  }

  /// What it rotates with.
  public Rotations rotations() {
    return rotations;
  }

  /// The attention for a number of tokens; one that has drawn its rotations keeps them.
  private LshAttention attention(int n) {
    return attentions.computeIfAbsent(
        configOfLength.apply(n), config -> new LshAttention(config, rotations));
  }

  @Override
  AttentionInput input(List<Tensor> roles) {
    return AttentionInput.shared(roles.get(0), roles.get(1));
  }

  @Override
  Optional<Hashes> hash(AttentionInput input, Pass pass) {
    LshAttention own = attention(input.n());
    LshAttention hashing =
        pass.draws()
            .rotations(name())
            .map(drawn -> new LshAttention(own.config(), drawn))
            .orElse(own);
    return Optional.of(hashing.hash(input, pass.workers()));
  }

  @Override
  AttentionResult attend(AttentionInput input, Optional<Hashes> hashes, Pass pass) {
    return attention(input.n()).forward(input, hashes.orElseThrow(), pass.workers());
  }

  @Override
  List<Tensor> backward(
      AttentionInput input, AttentionResult result, Tensor outputGradient, Pass pass) {
    Gradients gradients =
        attention(input.n()).backward(input, (LshResult) result, outputGradient, pass.workers());
    return List.of(gradients.query(), gradients.value());
  }

  @Override
  public AttentionCache newCache(int n) {
    return attention(n).newCache(heads(), headWidth(), headWidth());
  }

  @Override
  public AttentionCache readCache(DataInput in, int n) throws IOException {
    return attention(n).readCache(in, heads(), headWidth(), headWidth());
  }

  @Override
  void fill(AttentionCache cache, AttentionInput input, Optional<Hashes> hashes) {
    ((LshCache) cache).fill(input, hashes.orElseThrow());
  }
}
