package dev.reformer4j.cli.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;

/// Makes one run of a variant.
final class Trials {
  private final LshConfig config;
  private final Workers workers;

  Trials(LshConfig config, Workers workers) {
    this.config = config;
    this.workers = workers;
  }

  /// A run over this input. Backward takes the values as the gradient of the output: of the same
  /// shape, random, and already in memory.
  Runnable of(Variant variant, AttentionInput input) {
    boolean backward = variant.pass() == Pass.FORWARD_BACKWARD;
    return switch (variant.kind()) {
      case LSH -> lsh(input, backward);
      case LOCAL -> local(input, backward);
      case EXACT -> exact(input, backward);
    };
  }

  private Runnable lsh(AttentionInput input, boolean backward) {
    LshAttention attention = new LshAttention(config, Rotations.seeded(0));
    return () -> {
      LshResult result = attention.forward(input, workers);
      if (backward) {
        attention.backward(input, result, input.value(), workers);
      }
    };
  }

  private Runnable local(AttentionInput input, boolean backward) {
    LocalAttention attention =
        new LocalAttention(
            LocalConfig.defaults()
                .withChunk(config.chunk())
                .withNeighbours(config.before(), config.after())
                .withCausal(config.causal()));
    return () -> {
      AttentionResult result = attention.forward(input, workers);
      if (backward) {
        attention.backward(input, result, input.value(), workers);
      }
    };
  }

  private Runnable exact(AttentionInput input, boolean backward) {
    ExactAttention attention = new ExactAttention(new ExactConfig(config.causal()));
    return () -> {
      AttentionResult result = attention.forward(input, workers);
      if (backward) {
        attention.backward(input, result, input.value(), workers);
      }
    };
  }
}
