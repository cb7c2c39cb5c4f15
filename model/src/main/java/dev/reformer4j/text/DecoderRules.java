package dev.reformer4j.text;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/// Which texts of a `tokenizer.json` can still change when more ids come, by the parts of its
/// decoder.
final class DecoderRules {
  private static final int BYTES = 256;

  private boolean gathersBytes;
  private boolean looksBack;

  private DecoderRules(Object decoder) {
    if (decoder instanceof Map<?, ?> map) {
      switch (String.valueOf(map.get("type"))) {
        case "Sequence" -> {
          if (map.get("decoders") instanceof List<?> list) {
            list.forEach(this::add);
          }
        }
        case "ByteFallback" -> gathersBytes = true;
        case "Strip" -> looksBack |= !Integer.valueOf(0).equals(map.get("stop"));
        case "Replace" -> looksBack |= !replacesOneCharacter(map.get("pattern"));
        case "ByteLevel", "Metaspace", "WordPiece", "BPEDecoder", "Fuse" -> {}
        default -> looksBack = true;
      }
    }
  }

  private void add(Object decoder) {
    DecoderRules part = new DecoderRules(decoder);
    gathersBytes |= part.gathersBytes;
    looksBack |= part.looksBack;
  }

  private static boolean replacesOneCharacter(Object pattern) {
    return pattern instanceof Map<?, ?> map
        && map.get("String") instanceof String text
        && text.codePointCount(0, text.length()) == 1;
  }

  /// Whether the text that ends with an id is open. A run of bytes is read as UTF-8 whole, and is
  /// U+FFFD throughout where one of them is wrong; a decoder of which nothing is known may do
  /// anything until the end.
  static IntPredicate open(Object decoder, Map<String, Integer> ids) {
    DecoderRules rules = new DecoderRules(decoder);
    if (rules.looksBack) {
      return _ -> true;
    }
    if (!rules.gathersBytes) {
      return _ -> false;
    }
    Set<Integer> bytes = new HashSet<>();
    for (int b = 0; b < BYTES; b++) {
      Integer id = ids.get("<0x%02X>".formatted(b));
      if (id != null) {
        bytes.add(id);
      }
    }
    return bytes::contains;
  }
}
