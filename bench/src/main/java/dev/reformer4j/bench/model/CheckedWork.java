package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;

/// A part of a model that is checked before it is timed.
interface CheckedWork {
  /// Checks sampled results against sums in double precision.
  ///
  /// @throws IllegalStateException if one is off
  void check();

  /// Does the work once.
  void run(Workers workers);
}
