package dev.reformer4j.plan;

/// What is to be attended over: one sequence, shared queries and keys.
///
/// @param tokens tokens of the sequence (n)
/// @param heads independent attentions
/// @param dQk numbers in a query/key vector
/// @param dV numbers in a value vector
/// @param causal whether a query sees only keys at or before its own position
public record Workload(int tokens, int heads, int dQk, int dV, boolean causal) {
  /// Checks every size.
  public Workload {
    if (Math.min(Math.min(tokens, heads), Math.min(dQk, dV)) < 1) {
      throw new IllegalArgumentException(
          ("a workload of %d tokens, %d heads and widths %d and %d has an empty axis; each must be"
                  + " at least 1")
              .formatted(tokens, heads, dQk, dV));
    }
    double largest = (double) tokens * heads * Math.max(dQk, dV);
    if (largest > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          ("%d tokens x %d heads x %d are more numbers than the 2147483647 one array can hold; use"
                  + " fewer heads at a time (they are independent)")
              .formatted(tokens, heads, Math.max(dQk, dV)));
    }
  }

  /// The same with another number of heads.
  public Workload withHeads(int other) {
    return new Workload(tokens, other, dQk, dV, causal);
  }

  /// The same with another length.
  public Workload withTokens(int other) {
    return new Workload(other, heads, dQk, dV, causal);
  }
}
