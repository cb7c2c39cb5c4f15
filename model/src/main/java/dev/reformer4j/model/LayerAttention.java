package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import java.util.Optional;

/// What the attention of one layer reads of one sequence, to be looked into with
/// [dev.reformer4j.attention.Trace] and [dev.reformer4j.attention.Coverage].
///
/// @param layer counted from 0
/// @param input the learned queries, keys and values, `[heads, n, d]` each; with padding where the
///   model pads, which the mask tells
/// @param lsh how the layer hashes; empty if it does not
public record LayerAttention(int layer, LayerKind kind, AttentionInput input, Optional<Lsh> lsh) {
  /// How a layer hashes.
  ///
  /// @param config for as many tokens as there are
  /// @param rotations of this layer
  public record Lsh(LshConfig config, Rotations rotations) {}
}
