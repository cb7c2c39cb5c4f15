package dev.reformer4j.plan;

/// What every attention allocates, in bytes.
final class Allocations {
  private Allocations() {}

  /// `qk`, `v` and the output, float32.
  static double inputsAndOutput(Workload load) {
    return 4.0 * load.tokens() * load.heads() * (load.dQk() + 2.0 * load.dV());
  }

  /// Four float32 numbers a query: the running maximum and denominator, the log-sum-exp that is
  /// made of them, and what gives its key unit length.
  static double statistics(Workload load) {
    return 16.0 * load.tokens() * load.heads();
  }
}
