package dev.reformer4j.attention;

/// One key in the window of one query in one round. The same key may be met in several rounds, and
/// at the seams of the ring of chunks even twice in one.
///
/// @param token the key's original position
/// @param round the query's round
/// @param keyRound the round whose bucket order holds this key; another one than `round` only where
///   chunk 0 looks back at the last chunk of the round before, or the last chunk ahead to the next
/// @param keyBucket the key's bucket in `keyRound`
/// @param sight whether it is seen, and if not, why
public record Meeting(int token, int round, int keyRound, int keyBucket, Sight sight) {}
