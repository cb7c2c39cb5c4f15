package dev.reformer4j.generate;

/// Hears of text as it comes.
@FunctionalInterface
public interface TextListener {
  /// Called after every token, and once more when a text ends while some of it was held back. The
  /// pieces of one sequence, one after the other, are exactly its text in the end.
  ///
  /// @param sequence the place of the session in the list that is being generated
  /// @param piece the text that has become certain: never half a character or the beginning of what
  ///   may turn out to be a stop string; often empty
  /// @return whether this sequence shall go on; the others are not concerned
  boolean onText(int sequence, String piece);

  /// Hears nothing, stops nothing.
  static TextListener none() {
    return (_, _) -> true;
  }
}
