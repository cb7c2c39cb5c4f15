package dev.reformer4j.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Puts the pieces of a SentencePiece model together again: the space in front of the first one
/// goes, control pieces say nothing, bytes become characters.
///
/// It is done here because the native library's functions that return text spoil every character
/// beyond U+FFFF, and know nothing of streaming.
///
/// Source: `SentencePieceProcessor::Decode`.
final class PieceDecoder implements Decoder {
  private static final String MARK = "▁";
  private static final int LONGEST_CHARACTER = 4;

  private final SentencePieceModel model;
  private final IdRange range;

  /// Bytes of a character whose end has not come.
  private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST_CHARACTER);

  /// Whether a space in front of the next piece is that in front of the text.
  private boolean atBegin = true;

  /// Decodes ids of `model`, and those that only the range knows, which say nothing.
  PieceDecoder(SentencePieceModel model, IdRange range) {
    this.model = model;
    this.range = range;
  }

  @Override
  public String push(int id) {
    range.require(id);
    if (id >= model.size()) {
      return "";
    }
    if (model.kind(id) == SentencePieceModel.Kind.BYTE) {
      bytes.put((byte) Integer.parseInt(model.piece(id).substring(3, 5), 16));
      return said(characters(false));
    }
    String before = said(characters(true));
    String text =
        switch (model.kind(id)) {
          case CONTROL -> "";
          case UNKNOWN -> model.unknownText();
          default -> spaces(model.piece(id));
        };
    return before + said(text);
  }

  @Override
  public String finish() {
    String rest = characters(true);
    atBegin = true;
    return rest;
  }

  private String said(String text) {
    atBegin &= text.isEmpty();
    return text;
  }

  private String spaces(String piece) {
    String kept = piece;
    if (atBegin && piece.startsWith(MARK)) {
      if (model.removesExtraSpaces()) {
        kept = piece.substring(1);
      } else if (model.spaceInFront()) {
        kept = piece.substring(1);
        atBegin = false;
      }
    }
    return kept.replace(MARK, " ");
  }

  /// The characters that the bytes spell so far. A byte that can be part of none is U+FFFD.
  ///
  /// @param all whether no more bytes come
  private String characters(boolean all) {
    StringBuilder text = new StringBuilder();
    bytes.flip();
    while (bytes.hasRemaining()) {
      int length = Utf8.length(bytes.get(bytes.position()));
      boolean whole = length <= bytes.remaining();
      if (!whole && !all && length <= LONGEST_CHARACTER && areContinuations()) {
        break;
      }
      String character = whole ? strict(bytes.slice(bytes.position(), length)) : null;
      text.append(character == null ? "\uFFFD" : character);
      bytes.position(bytes.position() + (character == null ? 1 : length));
    }
    bytes.compact();
    return text.toString();
  }

  private boolean areContinuations() {
    for (int i = bytes.position() + 1; i < bytes.limit(); i++) {
      if ((bytes.get(i) & 0xC0) != 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String strict(ByteBuffer character) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(character).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
