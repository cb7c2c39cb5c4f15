package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LocalCache;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Local attention in a model: a token attends to its own chunk of the text and to neighbouring
/// ones, with separate queries and keys.
public final class LocalSelfAttention extends SelfAttention {
  private final LocalAttention attention;

  private LocalSelfAttention(Parameters parameters, LocalConfig config, AttentionShape shape) {
    super(parameters, shape, shape::separateRoles);
    this.attention = new LocalAttention(config);
  }

  /// A branch under the names of Hugging Face.
  public static LocalSelfAttention of(
      Parameters parameters, LocalConfig config, AttentionShape shape) {
    return new LocalSelfAttention(parameters, config, shape);
  }

  @Override
  AttentionInput input(List<Tensor> roles) {
    return AttentionInput.separate(roles.get(0), roles.get(1), roles.get(2));
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
    return List.of(gradients.query(), gradients.key(), gradients.value());
  }

  @Override
  public AttentionCache newCache(int n) {
    return attention.newCache(heads(), headWidth(), headWidth());
  }

  @Override
  public AttentionCache readCache(DataInput in, int n) throws IOException {
    return attention.readCache(in, heads(), headWidth(), headWidth());
  }

  @Override
  void fill(AttentionCache cache, AttentionInput input, Optional<Hashes> hashes) {
    ((LocalCache) cache).fill(input);
  }
}
