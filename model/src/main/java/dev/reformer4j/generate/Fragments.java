package dev.reformer4j.generate;

import dev.reformer4j.text.Decoder;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import java.util.Arrays;

/// Pieces of a text as ids: an encoder takes whole texts, and puts before and behind them what
/// belongs there.
final class Fragments {
  private static final int CONTEXT = 32;

  private Fragments() {}

  /// The ids of a piece that something may follow. Special tokens behind it are left out; those
  /// before it too, unless it begins the text. Where the text is empty and begins, the first
  /// special token stays: it is what a text begins with.
  static int[] ids(Encoding encoding, boolean begins) {
    int end = encoding.length();
    while (end > (begins ? 1 : 0) && isSpecial(encoding, end - 1)) {
      end--;
    }
    int start = 0;
    while (!begins && start < end && isSpecial(encoding, start)) {
      start++;
    }
    return Arrays.copyOfRange(encoding.ids(), start, end);
  }

  private static boolean isSpecial(Encoding encoding, int token) {
    return encoding.texts()[token] == Encoding.SPECIAL;
  }

  /// A decoder for what comes after some ids. Only the last ones have a say in that: they may end
  /// in half a character, and what follows them does not begin the text.
  static Decoder decoderAfter(Vocabulary vocabulary, int[] ids) {
    Decoder decoder = vocabulary.decoder();
    for (int i = Math.max(0, ids.length - CONTEXT); i < ids.length; i++) {
      decoder.push(ids[i]);
    }
    return decoder;
  }
}
