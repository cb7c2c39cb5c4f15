package dev.reformer4j.text;

/// Turns the ids of one text into that text while they come. It says what is certain: a character
/// of which some bytes are missing, or a space that the next token may take away, waits.
///
/// For one thread at a time.
public interface Decoder {
  /// Takes the next id.
  ///
  /// @return the text that has become certain, often empty
  /// @throws IllegalArgumentException if the id is neither in the vocabulary nor in the model
  String push(int id);

  /// Ends the text, and makes ready for another.
  ///
  /// @return what was still uncertain
  String finish();
}
