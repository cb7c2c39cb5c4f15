package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// One head of an attention as the controls ask for it, hashed.
///
/// Rounds that are switched off are hashed all the same, for they can be looked at; the attention
/// is one over the others, as if there were no more.
///
/// @param material the text and its vectors
/// @param head which head
/// @param input the vectors of that head
/// @param config the attention with all rounds
/// @param rotations of all rounds
/// @param hashes of all rounds
/// @param active the rounds that are switched on, ascending
/// @param activeConfig the attention with those rounds
/// @param activeRotations of those rounds
/// @param activeHashes of those rounds
record Scene(
    Material material,
    int head,
    AttentionInput input,
    LshConfig config,
    Rotations rotations,
    Hashes hashes,
    int[] active,
    LshConfig activeConfig,
    Rotations activeRotations,
    Hashes activeHashes) {
  /// Sets it up.
  ///
  /// @throws IllegalArgumentException if the controls contradict each other
  static Scene of(View view, Material material, Workers workers) {
    LshConfig config = view.config(material.usual());
    int[] active = view.active(config.rounds());
    AttentionInput input = HeadOf.input(material.input(), view.head());
    Rotations given = view.seed().map(Rotations::seeded).orElse(material.rotations());
    int heads = material.input().heads();
    int[] all = IntStream.range(0, config.rounds()).toArray();
    Rotations rotations = HeadOf.rotations(given, heads, view.head(), config.rounds(), all);
    Hashes hashes = new LshAttention(config, rotations).hash(input, workers);
    if (active.length == config.rounds()) {
      return new Scene(
          material,
          view.head(),
          input,
          config,
          rotations,
          hashes,
          active,
          config,
          rotations,
          hashes);
    }
    LshConfig fewer = config.withRounds(active.length);
    Rotations some = HeadOf.rotations(given, heads, view.head(), config.rounds(), active);
    Hashes someHashes = new LshAttention(fewer, some).hash(input, workers);
    return new Scene(
        material, view.head(), input, config, rotations, hashes, active, fewer, some, someHashes);
  }

  int n() {
    return input.n();
  }

  /// The natural log-sum-exp of every query over all keys.
  ///
  /// @return `[n]`
  float[] exactLogSumExp(Workers workers) {
    return new ExactAttention(new ExactConfig(config.causal()))
        .forward(withoutValues(), workers)
        .logSumExp()
        .data();
  }

  /// For passes of which only the sums are wanted: values as narrow as can be.
  private AttentionInput withoutValues() {
    AttentionInput narrow = AttentionInput.shared(input.query(), Tensor.zeros(1, n(), 1));
    return input.mask().map(narrow::withMask).orElse(narrow);
  }

  /// Every query's captured mass, when the first so many of the active rounds are attended.
  ///
  /// Of keys weighed once each, the log-sum-exp of a sparse attention falls short of the exact
  /// one's by just the logarithm of that mass, so two passes of the engine give it for all queries.
  ///
  /// @param exact from [#exactLogSumExp]
  /// @return `[n]`; 1 where there is nothing to see
  float[] capturedMass(int rounds, float[] exact, Workers workers) {
    LshConfig once = activeConfig.withRounds(rounds).withCountOnce(true);
    int[] first = Arrays.copyOf(active, rounds);
    Rotations some = HeadOf.rotations(rotations, 1, 0, config.rounds(), first);
    LshResult result = new LshAttention(once, some).forward(withoutValues(), workers);
    float[] sparse = result.logSumExp().data();
    float[] mass = new float[exact.length];
    for (int i = 0; i < mass.length; i++) {
      boolean nothing = exact[i] == Float.NEGATIVE_INFINITY;
      mass[i] = nothing ? 1 : (float) Math.min(1, Math.exp((double) sparse[i] - exact[i]));
    }
    return mass;
  }
}
