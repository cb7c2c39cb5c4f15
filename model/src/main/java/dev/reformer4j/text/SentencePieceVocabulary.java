package dev.reformer4j.text;

import ai.djl.sentencepiece.jni.SentencePieceLibrary;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.ProtobufReader.DamagedException;
import dev.reformer4j.text.SpecialTokens.Segment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A SentencePiece model, by SentencePiece itself. As in transformers, a special token that is
/// spelled out in a text becomes its id, and what lies between two is a text of its own.
final class SentencePieceVocabulary implements Vocabulary {
  private static final SentencePieceLibrary LIBRARY = SentencePieceLibrary.LIB;

  private final SentencePieceModel model;
  private final TokenizerSettings settings;
  private final SpecialTokens specials;
  private final IdRange range;
  private final VocabularyCopy files;
  private final NativeHandle processor;

  /// Reads the model in a file, and what stands beside it.
  ///
  /// @throws TensorFileException if it cannot be read, or is no SentencePiece model
  SentencePieceVocabulary(Path file, int modelSize) throws TensorFileException {
    files = VocabularyCopy.of(file.resolveSibling("."));
    byte[] bytes = TextFile.bytes(file);
    try {
      model = SentencePieceModel.parse(bytes);
      NativeLibrary.SENTENCEPIECE.load(SentencePieceLibrary.class);
      processor = open(bytes);
    } catch (DamagedException e) {
      throw new TensorFileException(
          file
              + " is no SentencePiece model: "
              + e.getMessage()
              + "; take it from its source again",
          e);
    }
    settings = TokenizerSettings.read(file.resolveSibling("."), model.ids().keySet());
    specials = SpecialTokens.of(model, settings);
    range = new IdRange(Math.max(model.size(), specials.end()), modelSize);
  }

  private static NativeHandle open(byte[] file) throws DamagedException {
    NativeHandle processor =
        new NativeHandle(
            LIBRARY.createSentencePieceProcessor(), LIBRARY::deleteSentencePieceProcessor);
    try {
      processor.with(address -> {
        LIBRARY.loadModelFromBytes(address, file);
        return null;
      });
      return processor;
    } catch (RuntimeException e) {
      processor.close();
      throw new DamagedException(e);
    }
  }

  @Override
  public String kind() {
    return "SentencePiece";
  }

  @Override
  public int size() {
    return range.size();
  }

  @Override
  public int[] encode(String text) {
    Surrogates.requirePaired(text);
    IntStream ids =
        specials.split(text).stream()
            .flatMapToInt(
                part -> part.id() < 0 ? Arrays.stream(raw(part.text())) : IntStream.of(part.id()));
    ids = settings.addsBos() ? IntStream.concat(IntStream.of(bosId()), ids) : ids;
    ids =
        settings.addsEos() ? IntStream.concat(ids, IntStream.of(specials.id(settings.eos()))) : ids;
    return range.requireInModel(ids.toArray(), this::piece);
  }

  @Override
  public Encoding encoding(String text) {
    EncodingBuilder tokens = new EncodingBuilder();
    add(text, 0, tokens);
    return inModel(tokens);
  }

  @Override
  public Encoding encoding(String first, String second) {
    EncodingBuilder tokens = new EncodingBuilder();
    add(first, 0, tokens);
    add(second, 1, tokens);
    return inModel(tokens);
  }

  private Encoding inModel(EncodingBuilder tokens) {
    Encoding encoding = tokens.build();
    range.requireInModel(encoding.ids(), this::piece);
    return encoding;
  }

  private void add(String text, int which, EncodingBuilder tokens) {
    Surrogates.requirePaired(text);
    if (settings.addsBos()) {
      tokens.addSpecial(bosId());
    }
    for (Segment part : specials.split(text)) {
      if (part.id() >= 0) {
        tokens.add(part.id(), which, part.begin(), part.begin() + part.text().length());
      } else {
        int[] ids = raw(part.text());
        String[] pieces = processor.with(address -> LIBRARY.tokenize(address, part.text()));
        new PiecePlaces(model, part.text()).locate(ids, pieces, part.begin(), which, tokens);
      }
    }
    if (settings.addsEos()) {
      tokens.addSpecial(specials.id(settings.eos()));
    }
  }

  private int[] raw(String text) {
    return processor.with(address -> LIBRARY.encode(address, text));
  }

  private int bosId() {
    return specials.id(settings.bos());
  }

  private String piece(int id) {
    return id < model.size() ? model.piece(id) : specials.content(id);
  }

  @Override
  public String decode(int... ids) {
    StringBuilder text = new StringBuilder();
    Decoder decoder = decoder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    return text.append(decoder.finish()).toString();
  }

  @Override
  public Decoder decoder() {
    return new PieceDecoder(model, range);
  }

  @Override
  public OptionalInt padId() {
    return range.inModel(specials.id(settings.pad() == null ? "<pad>" : settings.pad()));
  }

  @Override
  public OptionalInt eosId() {
    return range.inModel(specials.id(settings.eos()));
  }

  @Override
  public OptionalInt maskId() {
    return range.inModel(specials.id(settings.mask()));
  }

  @Override
  public OptionalInt unknownId() {
    return range.inModel(specials.id(settings.unknown()));
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
    processor.close();
  }
}
