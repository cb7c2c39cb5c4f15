package dev.reformer4j.layer;

/// A loss on what a model says of a sequence, a panel of tokens at a time, so that the logits of a
/// long sequence never stand side by side.
public interface PanelLoss {
  /// Puts the gradient of the loss in the place of the logits.
  ///
  /// @param logits panel `[out, 64]`; in: logits; out: the gradient of the loss
  /// @param first position of the panel's first token
  /// @param count tokens in the panel
  /// @return the loss of these tokens
  double gradient(float[] logits, int first, int count);
}
