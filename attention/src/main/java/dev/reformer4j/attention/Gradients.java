package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Gradients of what an attention read.
///
/// @param query of the shape of the queries; of shared queries and keys the sum of both roles
/// @param key of the shape of the keys; the same object as `query` if they are shared
/// @param value of the shape of the values
public record Gradients(Tensor query, Tensor key, Tensor value) {}
