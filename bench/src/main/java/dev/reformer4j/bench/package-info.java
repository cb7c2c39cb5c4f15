/// Measurements: each checks its results against a plain computation in double precision, then
/// takes the time.
///
/// `n` tokens · `dQk` query/key width · `dV` value width · `rounds` of hashing · `chunk` tokens
package dev.reformer4j.bench;
