package dev.reformer4j.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;

/// A `tokenizer.json`, by the library that Python uses as well.
final class JsonVocabulary implements Vocabulary {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private final TokenizerSettings settings;
  private final Map<String, Integer> ids;
  private final IdRange range;
  private final boolean cleansSpaces;
  private final IntPredicate open;
  private final VocabularyCopy files;
  private final NativeHandle tokenizer;

  /// Reads a file, and what stands beside it.
  ///
  /// @throws TensorFileException if it cannot be read, or is no tokenizer
  JsonVocabulary(Path file, int modelSize) throws TensorFileException {
    files = VocabularyCopy.of(file.resolveSibling("."));
    TokenizerJson json = TokenizerJson.read(file);
    settings = TokenizerSettings.read(file.resolveSibling("."), json.ids().keySet());
    String completed = json.completed(settings);
    ids = json.ids();
    int size = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    range = new IdRange(size, modelSize);
    // Its rules are those of words; what BPE says has the spaces it should have.
    cleansSpaces = settings.cleansSpaces() && !json.isBpe();
    open = DecoderRules.open(json.decoder(), ids);
    NativeLibrary.TOKENIZERS.load(TokenizersLibrary.class);
    tokenizer = open(completed, file);
  }

  private static NativeHandle open(String json, Path file) throws TensorFileException {
    try {
      return new NativeHandle(LIBRARY.createTokenizerFromString(json), LIBRARY::deleteTokenizer);
    } catch (RuntimeException e) {
      throw new TensorFileException(
          file + " is no tokenizer: " + e.getMessage() + "; take it from its source again", e);
    }
  }

  @Override
  public String kind() {
    return "tokenizer.json";
  }

  @Override
  public int size() {
    return range.size();
  }

  @Override
  public int[] encode(String text) {
    Surrogates.requirePaired(text);
    long[] raw = tokens(address -> LIBRARY.encode(address, text, true), LIBRARY::getTokenIds);
    int[] found = Arrays.stream(raw).mapToInt(Math::toIntExact).toArray();
    return range.requireInModel(found, this::piece);
  }

  @Override
  public Encoding encoding(String text) {
    Surrogates.requirePaired(text);
    return encoding(address -> LIBRARY.encode(address, text, true), text);
  }

  @Override
  public Encoding encoding(String first, String second) {
    Surrogates.requirePaired(first);
    Surrogates.requirePaired(second);
    return encoding(address -> LIBRARY.encodeDual(address, first, second, true), first, second);
  }

  private Encoding encoding(LongFunction<Long> encode, String... texts) {
    int[][] places = Arrays.stream(texts).map(Utf8::characterPlaces).toArray(int[][]::new);
    EncodingBuilder all = new EncodingBuilder();
    tokens(
        encode,
        address -> {
          long[] found = LIBRARY.getTokenIds(address);
          long[] origins = LIBRARY.getSequenceIds(address);
          CharSpan[] spans = LIBRARY.getTokenCharSpans(address);
          for (int i = 0; i < found.length; i++) {
            int id = Math.toIntExact(found[i]);
            if (origins[i] < 0 || spans[i] == null) {
              all.addSpecial(id);
            } else {
              int text = (int) origins[i];
              int begin = places[text][spans[i].getStart()];
              all.add(id, text, begin, places[text][spans[i].getEnd()]);
            }
          }
          return all;
        });
    Encoding encoding = all.build();
    range.requireInModel(encoding.ids(), this::piece);
    return encoding;
  }

  /// Encodes, and takes something from the result, which is the native library's.
  private <T> T tokens(LongFunction<Long> encode, LongFunction<T> use) {
    return tokenizer.with(address -> {
      long result = encode.apply(address);
      try {
        return use.apply(result);
      } finally {
        LIBRARY.deleteEncoding(result);
      }
    });
  }

  private String piece(int id) {
    return ids.entrySet().stream()
        .filter(piece -> piece.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  @Override
  public String decode(int... ids) {
    String text = raw(ids);
    return cleansSpaces ? SpaceCleaner.clean(text) : text;
  }

  private String raw(int[] ids) {
    long[] known = Arrays.stream(range.known(ids)).asLongStream().toArray();
    return tokenizer.with(address -> LIBRARY.decode(address, known, true));
  }

  @Override
  public Decoder decoder() {
    Decoder raw = new WindowDecoder(this::raw, open);
    return cleansSpaces ? SpaceCleaner.cleaning(raw) : raw;
  }

  @Override
  public OptionalInt padId() {
    return range.inModel(ids.get(settings.pad()));
  }

  @Override
  public OptionalInt eosId() {
    return range.inModel(ids.get(settings.eos()));
  }

  @Override
  public OptionalInt maskId() {
    return range.inModel(ids.get(settings.mask()));
  }

  @Override
  public OptionalInt unknownId() {
    return range.inModel(ids.get(settings.unknown()));
  }

  @Override
  public long fingerprint() {
    return files.fingerprint();
  }

  @Override
  public void saveTo(Path directory) throws TensorFileException {
    files.saveTo(directory);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
