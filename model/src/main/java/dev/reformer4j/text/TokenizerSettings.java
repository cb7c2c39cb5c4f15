package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/// What stands beside a vocabulary: `tokenizer_config.json`, and of older versions
/// `special_tokens_map.json` and `added_tokens.json`. All of them may be missing.
///
/// @param roles the special tokens by their role, such as `eos_token`
/// @param extras special tokens without a role
/// @param addedIds the ids of tokens that the vocabulary itself may lack
/// @param addsBos whether a text begins with the token of that role; of no meaning to
///   `tokenizer.json`, which says so itself
/// @param addsEos whether it ends with one
/// @param cleansSpaces whether spaces before punctuation go when ids become text
record TokenizerSettings(
    SequencedMap<String, SpecialToken> roles,
    List<SpecialToken> extras,
    Map<String, Integer> addedIds,
    boolean addsBos,
    boolean addsEos,
    boolean cleansSpaces) {
  static final String CONFIG = "tokenizer_config.json";
  static final String MAP = "special_tokens_map.json";
  static final String ADDED = "added_tokens.json";

  private static final String BOS = "bos_token";
  private static final String EOS = "eos_token";
  private static final String UNKNOWN = "unk_token";
  private static final String PAD = "pad_token";
  private static final String MASK = "mask_token";

  /// In the order in which transformers gives ids to those that have none.
  private static final List<String> ROLES =
      List.of(BOS, EOS, UNKNOWN, "sep_token", PAD, "cls_token", MASK);

  /// What ReformerTokenizer takes where nothing is said.
  private static final Map<String, String> REFORMER = Map.of(EOS, "</s>", UNKNOWN, "<unk>");

  private static final List<String> EXTRAS =
      List.of("additional_special_tokens", "extra_special_tokens");

  /// A special token, with the rules by which it is found in a text, as `tokenizer.json` has them.
  record SpecialToken(
      String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized) {
    /// The token that a text or an object describes; null for anything else.
    private static SpecialToken of(Object json) {
      return switch (json) {
        case String content when !content.isEmpty() ->
            new SpecialToken(content, false, false, false, false);
        case Map<?, ?> map
            when map.get("content") instanceof String content && !content.isEmpty() ->
            new SpecialToken(
                content,
                isTrue(map, "single_word"),
                isTrue(map, "lstrip"),
                isTrue(map, "rstrip"),
                isTrue(map, "normalized"));
        case null, default -> null;
      };
    }
  }

  /// Reads what there is.
  ///
  /// @param pieces those of the vocabulary: what nobody names has a role only where it is there
  /// @throws TensorFileException if one of the files is there and no JSON object
  static TokenizerSettings read(Path directory, Set<String> pieces) throws TensorFileException {
    Map<String, Object> config = readIfThere(directory.resolve(CONFIG));
    Map<String, Object> map = readIfThere(directory.resolve(MAP));
    SequencedMap<String, SpecialToken> roles = new LinkedHashMap<>();
    for (String role : ROLES) {
      String usual = isReformer(config) ? REFORMER.get(role) : null;
      Object fallback = map.getOrDefault(role, pieces.contains(usual) ? usual : null);
      SpecialToken token = SpecialToken.of(config.getOrDefault(role, fallback));
      if (token != null) {
        roles.put(role, token);
      }
    }
    return new TokenizerSettings(
        roles,
        extras(config, map),
        addedIds(config, readIfThere(directory.resolve(ADDED))),
        isTrue(config, "add_bos_token") && roles.containsKey(BOS),
        isTrue(config, "add_eos_token") && roles.containsKey(EOS),
        isTrue(config, "clean_up_tokenization_spaces"));
  }

  private static boolean isTrue(Map<?, ?> map, String key) {
    return Boolean.TRUE.equals(map.get(key));
  }

  private static boolean isReformer(Map<String, Object> config) {
    return !(config.get("tokenizer_class") instanceof String name) || name.startsWith("Reformer");
  }

  private static Map<String, Object> readIfThere(Path file) throws TensorFileException {
    return Files.exists(file) ? JsonFile.read(file) : Map.of();
  }

  private static List<SpecialToken> extras(Map<String, Object> config, Map<String, Object> map) {
    List<SpecialToken> extras = new ArrayList<>();
    for (String key : EXTRAS) {
      if (config.getOrDefault(key, map.get(key)) instanceof List<?> list) {
        list.stream().map(SpecialToken::of).filter(Objects::nonNull).forEach(extras::add);
      }
    }
    return extras;
  }

  private static Map<String, Integer> addedIds(
      Map<String, Object> config, Map<String, Object> added) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    added.forEach((content, id) -> {
      if (id instanceof Integer number && number >= 0 && !content.isEmpty()) {
        ids.put(content, number);
      }
    });
    if (config.get("added_tokens_decoder") instanceof Map<?, ?> decoder) {
      decoder.forEach((id, token) -> {
        SpecialToken special = SpecialToken.of(token);
        if (special != null && ((String) id).matches("\\d{1,8}")) {
          ids.put(special.content(), Integer.parseInt((String) id));
        }
      });
    }
    return ids;
  }

  /// All special tokens, those with a role first.
  List<SpecialToken> special() {
    List<SpecialToken> all = new ArrayList<>(roles.values());
    all.addAll(extras);
    return all;
  }

  /// The text of the token that begins a text, or null.
  String bos() {
    return content(BOS);
  }

  /// The text of the token that ends one, or null.
  String eos() {
    return content(EOS);
  }

  /// The text of the token that fills up, or null.
  String pad() {
    return content(PAD);
  }

  /// The text of the token that hides another, or null.
  String mask() {
    return content(MASK);
  }

  /// The text of the token for what there is no token for, or null.
  String unknown() {
    return content(UNKNOWN);
  }

  private String content(String role) {
    SpecialToken token = roles.get(role);
    return token == null ? null : token.content();
  }
}
