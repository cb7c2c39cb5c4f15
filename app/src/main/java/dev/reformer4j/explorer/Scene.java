package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.Workers;
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
record Scene(
    Material material,
    int head,
    AttentionInput input,
    LshConfig config,
    Rotations rotations,
    Hashes hashes,
    int[] active) {
  /// Sets it up.
  ///
  /// @throws IllegalArgumentException if the controls contradict each other
  static Scene of(View view, Material material, Workers workers) {
    LshConfig config = view.config(material.usual());
    int[] active = view.active(config.rounds());
    AttentionInput input = HeadOf.input(material.input(), view.head());
    int[] all = IntStream.range(0, config.rounds()).toArray();
    Rotations rotations =
        HeadOf.rotations(
            view.seed().map(Rotations::seeded).orElse(material.rotations()),
            material.input().heads(),
            view.head(),
            config.rounds(),
            all);
    Hashes hashes = new LshAttention(config, rotations).hash(input, workers);
    return new Scene(material, view.head(), input, config, rotations, hashes, active);
  }

  int n() {
    return input.n();
  }

  /// The attention with the rounds that are switched on.
  LshConfig activeConfig() {
    return config.withRounds(active.length);
  }

  /// What hashing decided in those rounds.
  ActiveRounds activeRounds() {
    return ActiveRounds.of(hashes, active);
  }

  /// What all rounds do with tokens, be they switched on or off.
  Trace traceOfAll() {
    return new Trace(input, config, rotations, hashes, 0, 0);
  }

  /// What the rounds that are switched on do.
  Trace traceOfActive(Workers workers) {
    if (active.length == config.rounds()) {
      return traceOfAll();
    }
    LshConfig fewer = activeConfig();
    Rotations some = HeadOf.rotations(rotations, 1, 0, config.rounds(), active);
    Hashes again = new LshAttention(fewer, some).hash(input, workers);
    return new Trace(input, fewer, some, again, 0, 0);
  }
}
