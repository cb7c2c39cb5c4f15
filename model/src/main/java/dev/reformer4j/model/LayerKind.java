package dev.reformer4j.model;

import java.util.Locale;

/// How the attention of one layer finds its keys.
public enum LayerKind {
  /// In its own chunk of the sequence and the neighbours; queries and keys are projected apart.
  LOCAL,

  /// By hashing; queries and keys are the same vectors.
  LSH;

  /// The name in `attn_layers`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
