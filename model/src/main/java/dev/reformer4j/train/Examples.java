package dev.reformer4j.train;

/// The sequences of a training, by their number: the same number is always the same sequence, so
/// that where a run stands in its data is one number.
public interface Examples {
  /// One sequence.
  ///
  /// @param number counted from 0, without end: after the last of an epoch comes the first of the
  ///   next, in another order
  Example example(long number);

  /// Sequences of one epoch.
  long epoch();
}
