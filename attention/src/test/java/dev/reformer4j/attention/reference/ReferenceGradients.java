package dev.reformer4j.attention.reference;

/// Gradients by definition, row-major.
///
/// @param query `[batch, heads, n, dQk]`; when queries and keys are shared, the sum of both roles
/// @param key `[batch, heads, n, dQk]`; the same array as `query` when shared
/// @param value `[batch, heads, n, dV]`
public record ReferenceGradients(double[] query, double[] key, double[] value) {}
