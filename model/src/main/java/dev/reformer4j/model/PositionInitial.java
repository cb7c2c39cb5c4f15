package dev.reformer4j.model;

/// What axial positions are before training.
public enum PositionInitial {
  /// Drawn ([ReformerConfig#axialNormStd()]), as in Hugging Face.
  NORMAL,
  /// Sines and cosines of the same size ([dev.reformer4j.layer.Initial.Waves]): a model then learns
  /// much sooner to look at the token before.
  WAVES
}
