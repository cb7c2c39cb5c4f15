/// Words as vectors, computed on the spot: what `demo` and `explain` attend over when all they have
/// is a text.
///
/// A word is known by the company it keeps. Words and the words near them are counted, the counts
/// become positive pointwise mutual information, and a truncated singular value decomposition folds
/// that into short vectors. Nothing is downloaded and nothing was trained before; the same text and
/// seed give the same bits.
package dev.reformer4j.words;
