package dev.reformer4j.attention;

/// A key that full attention weighs, but that no round let the query see. Its weight is zero; its
/// logit is not.
///
/// @param token the key's original position
/// @param logit query · key, as full attention sees it
/// @param fullWeight its share of the query's full softmax
public record LostKey(int token, double logit, double fullWeight) {}
