/// Texts and the ids a model reads: bytes, SentencePiece and `tokenizer.json` vocabularies, each
/// giving the ids that its Python original gives.
///
/// Everything happens on this machine. The native libraries of two vocabularies come out of their
/// jars; nothing is fetched, and nothing is reported to anybody.
///
/// The words: an *id* is what the model reads, `0 ≤ id < size` · a *piece* is the text that an id
/// stands for · a *special token* is an id that stands for no text, such as padding or the end ·
/// positions in a text are those of a `String`, in UTF-16 units.
package dev.reformer4j.text;
