package dev.reformer4j.text;

/// Takes away the spaces before punctuation and English clitics, as `clean_up_tokenization_spaces`
/// of transformers does.
final class SpaceCleaner {
  /// What is replaced by itself without its spaces, in this order.
  private static final String[] PATTERNS = {
    " .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're"
  };

  /// Every character of every pattern.
  private static final String LETTERS = " .?!,'ntmsver";

  private SpaceCleaner() {}

  /// The cleaned text.
  static String clean(String text) {
    String cleaned = text;
    for (String pattern : PATTERNS) {
      cleaned = cleaned.replace(pattern, pattern.strip());
    }
    return cleaned;
  }

  /// A decoder that cleans what another one says. No pattern reaches over a character that is in
  /// none, so what lies before the last such character is certain.
  static Decoder cleaning(Decoder raw) {
    return new Decoder() {
      private final StringBuilder waiting = new StringBuilder();

      @Override
      public String push(int id) {
        waiting.append(raw.push(id));
        int certain = waiting.length();
        while (certain > 0 && LETTERS.indexOf(waiting.charAt(certain - 1)) >= 0) {
          certain--;
        }
        return take(certain);
      }

      @Override
      public String finish() {
        waiting.append(raw.finish());
        return take(waiting.length());
      }

      private String take(int length) {
        String text = clean(waiting.substring(0, length));
        waiting.delete(0, length);
        return text;
      }
    };
  }
}
