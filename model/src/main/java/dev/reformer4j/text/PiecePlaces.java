package dev.reformer4j.text;

import dev.reformer4j.text.SentencePieceModel.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Where in a text the pieces come from that SentencePiece has made of it: they spell out the
/// normalised text, one after the other, and that knows where it comes from.
///
/// Source: `SentencePieceProcessor::PopulateSentencePieceText`.
final class PiecePlaces {
  private final SentencePieceModel model;
  private final NormalizedText normalized;
  private final int[] places;
  private int consumed;

  /// Prepares for the pieces of `text`.
  PiecePlaces(SentencePieceModel model, String text) {
    this.model = model;
    this.normalized = new NormalizedText(model, text);
    this.places = Utf8.bytePlaces(text);
  }

  /// Adds all pieces to `tokens`.
  ///
  /// @param pieces what each id spells here, also where it is unknown
  /// @param shift where the text begins in the one that the places are for
  void locate(int[] ids, String[] pieces, int shift, int which, EncodingBuilder tokens) {
    for (int i = 0; i < ids.length; i++) {
      int begin = consumed;
      if (model.kind(ids[i]) == Kind.BYTE) {
        consumed++;
        boolean last = consumed == normalized.length() || !isContinuation(consumed);
        begin = characterBegin(begin);
        tokens.add(ids[i], which, shift + place(begin), shift + place(last ? consumed : begin));
      } else {
        consumed += advance(pieces[i]);
        tokens.add(ids[i], which, shift + place(begin), shift + place(consumed));
      }
    }
    if (consumed != normalized.length()) {
      throw new IllegalStateException(
          "the pieces of a text of "
              + normalized.length()
              + " bytes spell "
              + consumed
              + " bytes; the vocabulary's normalisation rules are not to be relied on");
    }
  }

  private int advance(String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    int end = consumed + bytes.length;
    if (end > normalized.length()
        || !Arrays.equals(normalized.bytes(), consumed, end, bytes, 0, bytes.length)) {
      throw new IllegalStateException(
          "the piece \""
              + piece
              + "\" is not what its text says; the vocabulary's normalisation rules are not to be"
              + " relied on");
    }
    return bytes.length;
  }

  private boolean isContinuation(int i) {
    return (normalized.bytes()[i] & 0xC0) == 0x80;
  }

  private int characterBegin(int i) {
    int begin = i;
    while (begin > 0 && isContinuation(begin)) {
      begin--;
    }
    return begin;
  }

  private int place(int i) {
    return places[normalized.origin(i)];
  }
}
