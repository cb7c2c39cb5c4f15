package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.ProtobufReader.DamagedException;
import dev.reformer4j.text.TokenizerSettings.SpecialToken;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `tokenizer.json`: judged as far as the native library would not survive it, and completed by
/// what transformers adds to it.
final class TokenizerJson {
  private static final int MOST_IDS = 1 << 24;
  private static final List<String> KINDS = List.of("BPE", "WordPiece", "WordLevel", "Unigram");

  private final Path file;
  private final Map<String, Object> tree;
  private final Map<?, ?> model;
  private final Map<String, Integer> ids = new HashMap<>();

  private TokenizerJson(Path file, Map<String, Object> tree) throws TensorFileException {
    this.file = file;
    this.tree = tree;
    if (!(tree.get("model") instanceof Map<?, ?> map)) {
      throw wrong("has no \"model\"");
    }
    model = map;
  }

  /// Reads a file.
  ///
  /// @throws TensorFileException if it cannot be read, or is no tokenizer
  static TokenizerJson read(Path file) throws TensorFileException {
    TokenizerJson json = new TokenizerJson(file, JsonFile.read(file));
    json.readVocabulary();
    json.readAddedTokens();
    json.requireRules(json.tree.get("normalizer"));
    return json;
  }

  private TensorFileException wrong(String what) {
    return new TensorFileException(
        file + " is no tokenizer: it " + what + "; take it from its source again");
  }

  private void readVocabulary() throws TensorFileException {
    Object kind = model.get("type");
    if (kind != null && !KINDS.contains(kind)) {
      throw wrong("is of an unknown type");
    }
    switch (model.get("vocab")) {
      case Map<?, ?> vocabulary -> {
        for (Map.Entry<?, ?> piece : vocabulary.entrySet()) {
          put((String) piece.getKey(), piece.getValue());
        }
      }
      case List<?> vocabulary -> {
        for (Object piece : vocabulary) {
          if (!(piece instanceof List<?> pair)
              || pair.size() != 2
              || !(pair.getFirst() instanceof String text)
              || !(pair.getLast() instanceof Number)) {
            throw wrong("has a vocabulary that is no list of pieces and scores");
          }
          ids.putIfAbsent(text, ids.size());
        }
      }
      case null, default -> throw wrong("has no vocabulary");
    }
  }

  private void put(String piece, Object id) throws TensorFileException {
    if (!(id instanceof Integer number) || number < 0 || number >= MOST_IDS) {
      throw wrong("has an id that is no whole number from 0 to " + (MOST_IDS - 1));
    }
    ids.put(piece, number);
  }

  private void readAddedTokens() throws TensorFileException {
    for (Object added : addedTokens()) {
      if (!(added instanceof Map<?, ?> token)
          || !(token.get("content") instanceof String content)) {
        throw wrong("has an added token without a text");
      }
      put(content, token.get("id"));
    }
  }

  private List<?> addedTokens() {
    return tree.get("added_tokens") instanceof List<?> list ? list : List.of();
  }

  /// The replacement rules in a normaliser lead the native library, which follows them anywhere.
  private void requireRules(Object part) throws TensorFileException {
    if (part instanceof List<?> list) {
      for (Object member : list) {
        requireRules(member);
      }
    }
    if (part instanceof Map<?, ?> map) {
      requireRules(map.get("normalizers"));
      if (map.containsKey("precompiled_charsmap") || "Precompiled".equals(map.get("type"))) {
        Object rules = map.get("precompiled_charsmap");
        try {
          byte[] bytes = Base64.getDecoder().decode(rules instanceof String text ? text : "");
          CharacterMap.read(ByteBuffer.wrap(bytes)).requireText();
        } catch (DamagedException | IllegalArgumentException _) {
          throw wrong("has normalisation rules that cannot be followed");
        }
      }
    }
  }

  /// The ids by their text.
  Map<String, Integer> ids() {
    return ids;
  }

  /// Whether spaces before punctuation are no matter of style, but part of what was said.
  boolean isBpe() {
    Object kind = model.get("type");
    return kind == null ? model.containsKey("merges") : kind.equals("BPE");
  }

  /// What turns pieces into text.
  Object decoder() {
    return tree.get("decoder");
  }

  /// The document for the native library: with the special tokens of the settings, and without what
  /// cuts or fills texts.
  String completed(TokenizerSettings settings) {
    List<Object> added = new ArrayList<>(addedTokens());
    for (SpecialToken token : settings.special()) {
      if (added.stream()
          .noneMatch(known -> token.content().equals(((Map<?, ?>) known).get("content")))) {
        added.add(entry(token));
      }
    }
    Map<String, Object> whole = new LinkedHashMap<>(tree);
    whole.put("added_tokens", added);
    whole.put("truncation", null);
    whole.put("padding", null);
    return JsonFile.write(whole);
  }

  /// As transformers does, a token without an id gets the one after the last.
  private Map<String, Object> entry(SpecialToken token) {
    int next = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    Integer id = ids.putIfAbsent(token.content(), next);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id == null ? next : id);
    entry.put("content", token.content());
    entry.put("single_word", token.singleWord());
    entry.put("lstrip", token.lstrip());
    entry.put("rstrip", token.rstrip());
    entry.put("normalized", token.normalized());
    entry.put("special", true);
    return entry;
  }
}
