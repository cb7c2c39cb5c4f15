package dev.reformer4j.plan;

/// What every attention allocates, in bytes.
final class Allocations {
  private Allocations() {}

  /// `qk`, `v` and the output, float32.
  static double inputsAndOutput(Workload load) {
    return 4.0 * load.tokens() * load.heads() * (load.dQk() + 2.0 * load.dV());
  }

  /// The log-sum-exp, and the running maximum or denominator beside it, float32.
  static double statistics(Workload load) {
    return 8.0 * load.tokens() * load.heads();
  }
}
