/// The paper: rotations, hashing, bucket order, LSH attention, its local and exact baselines, trace
/// and coverage.
///
/// The letters, everywhere in this package: `batch` sequences side by side · `heads` independent
/// attentions · `n` tokens of the sequence · `dQk` numbers in one query/key vector of one head ·
/// `dV` numbers in one value vector · `rounds` of hashing · `buckets` per round · `columns` of one
/// rotation, half the sum of the bucket factors · `chunk` consecutive tokens in bucket order.
///
/// Tensors are `[batch, heads, n, d]`, or `[heads, n, d]` for a batch of one.
package dev.reformer4j.attention;
