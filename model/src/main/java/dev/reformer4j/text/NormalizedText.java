package dev.reformer4j.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A text as SentencePiece sees it, and where in the text each of its bytes comes from. The native
/// library does the same and gives ids only; this is for the positions.
///
/// Source: `Normalizer::Normalize` in SentencePiece's `normalizer.cc`, step by step.
final class NormalizedText {
  private static final byte[] MARK = "▁".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SPACE = {' '};

  private final SentencePieceModel model;
  private final byte[] text;
  private byte[] bytes = new byte[64];
  private int[] origins = new int[64];
  private int length;
  private int position;

  /// What the last rule replaced, and by what.
  private int taken;

  private byte[] replacement = SPACE;

  /// Normalises a text.
  NormalizedText(SentencePieceModel model, String text) {
    this.model = model;
    this.text = text.getBytes(StandardCharsets.UTF_8);
    normalise();
  }

  /// The bytes of the normalised text; those from [#length] on are none.
  byte[] bytes() {
    return bytes;
  }

  /// How many bytes it has.
  int length() {
    return length;
  }

  /// Where in the text, in bytes, byte `i` comes from, or for `i = length` where the text ends that
  /// was not left out.
  int origin(int i) {
    return i < length ? origins[i] : position;
  }

  private void normalise() {
    if (model.removesExtraSpaces()) {
      while (take() && Arrays.equals(replacement, SPACE)) {
        position += taken;
      }
    }
    if (position == text.length) {
      return;
    }
    if (model.spaceInFront() && !model.spaceAsSuffix()) {
      appendSpace();
    }
    boolean afterSpace = model.removesExtraSpaces();
    while (take()) {
      int from = 0;
      while (afterSpace && from < replacement.length && replacement[from] == ' ') {
        from++;
      }
      if (from < replacement.length) {
        append(from);
        afterSpace = replacement[replacement.length - 1] == ' ';
      }
      position += taken;
      afterSpace &= model.removesExtraSpaces();
    }
    if (model.removesExtraSpaces()) {
      removeTrailingSpaces();
    }
    if (model.spaceInFront() && model.spaceAsSuffix()) {
      appendSpace();
    }
  }

  /// What comes next in the text, and what it is replaced by.
  private boolean take() {
    if (position == text.length) {
      return false;
    }
    for (byte[] piece : model.userDefined(text[position])) {
      if (startsWith(piece)) {
        return replace(piece.length, piece);
      }
    }
    long rule = model.characters().longest(text, position);
    if (rule != 0) {
      return replace((int) (rule >>> Integer.SIZE), model.characters().replacement((int) rule));
    }
    int character = Utf8.length(text[position]);
    return replace(character, Arrays.copyOfRange(text, position, position + character));
  }

  private boolean replace(int count, byte[] by) {
    taken = count;
    replacement = by;
    return true;
  }

  private boolean startsWith(byte[] piece) {
    int end = position + piece.length;
    return end <= text.length && Arrays.equals(text, position, end, piece, 0, piece.length);
  }

  private void append(int from) {
    for (int i = from; i < replacement.length; i++) {
      if (replacement[i] == ' ') {
        appendSpace();
      } else {
        appendByte(replacement[i]);
      }
    }
  }

  private void appendSpace() {
    for (byte b : model.marksSpaces() ? MARK : SPACE) {
      appendByte(b);
    }
  }

  private void appendByte(byte b) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
      origins = Arrays.copyOf(origins, length * 2);
    }
    bytes[length] = b;
    origins[length++] = position;
  }

  private void removeTrailingSpaces() {
    byte[] space = model.marksSpaces() ? MARK : SPACE;
    while (length >= space.length
        && Arrays.equals(bytes, length - space.length, length, space, 0, space.length)) {
      length -= space.length;
      position = origins[length];
    }
  }
}
