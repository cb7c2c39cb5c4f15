package dev.reformer4j.text;

import dev.reformer4j.text.ProtobufReader.DamagedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a SentencePiece `.model` says, as far as it matters outside the native library, which ends
/// the process where it is given some kinds of damage; so the file is judged here first.
///
/// Source: `sentencepiece_model.proto`.
final class SentencePieceModel {
  /// The kinds of pieces, at the place of their number in the file.
  enum Kind {
    NONE,
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  private static final int BYTE_PIECES = 256;
  private static final int MOST_PIECES = 1 << 24;

  private final List<String> pieces = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private boolean hasTraining;
  private boolean hasNormalisation;
  private boolean byteFallback;
  private String unknownText = " \u2047 ";
  private boolean spaceAsSuffix;
  private boolean spaceInFront = true;
  private boolean removesExtraSpaces = true;
  private boolean marksSpaces = true;
  private CharacterMap characters;

  /// The pieces that stand for themselves wherever they are found, by their first byte, the longest
  /// first.
  private final Map<Byte, List<byte[]>> userDefined = new HashMap<>();

  private SentencePieceModel() throws DamagedException {
    characters = CharacterMap.read(ByteBuffer.allocate(0));
  }

  /// Reads a file's bytes.
  ///
  /// @throws DamagedException if they are no model, or one that would do harm
  static SentencePieceModel parse(byte[] file) throws DamagedException {
    SentencePieceModel model = new SentencePieceModel();
    ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(file));
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> model.addPiece(reader.bytes());
        case 2 -> model.readTraining(reader.bytes());
        case 3 -> model.readNormalisation(reader.bytes());
        case 5 -> readDenormalisation(reader.bytes());
        default -> {}
      }
    }
    model.requireWhole();
    model.findUserDefined();
    return model;
  }

  private void addPiece(ByteBuffer message) throws DamagedException {
    String piece = "";
    Kind kind = Kind.NORMAL;
    float score = 0;
    ProtobufReader reader = new ProtobufReader(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> piece = string(reader.bytes());
        case 2 -> score = reader.real();
        case 3 -> kind = kind(reader.number());
        default -> {}
      }
    }
    int id = pieces.size();
    if (piece.isEmpty() || piece.indexOf('\0') >= 0) {
      throw new DamagedException("its piece " + id + " is empty");
    }
    if (!Float.isFinite(score)) {
      throw new DamagedException("its piece " + id + " has a score that is no number");
    }
    if (ids.put(piece, id) != null) {
      throw new DamagedException("its piece " + id + " is there twice");
    }
    if (id == MOST_PIECES) {
      throw new DamagedException("it has more than " + MOST_PIECES + " pieces");
    }
    pieces.add(piece);
    kinds.add(kind);
  }

  private static Kind kind(long number) throws DamagedException {
    if (number <= 0 || number >= Kind.values().length) {
      throw new DamagedException("a piece is of the unknown kind " + number);
    }
    return Kind.values()[(int) number];
  }

  private void readTraining(ByteBuffer message) throws DamagedException {
    hasTraining = true;
    ProtobufReader reader = new ProtobufReader(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 3 -> {
          if (reader.number() < 1 || reader.number() > 4) {
            throw new DamagedException("it is of the unknown type " + reader.number());
          }
        }
        case 24 -> spaceAsSuffix = reader.number() != 0;
        case 35 -> byteFallback = reader.number() != 0;
        case 44 -> unknownText = string(reader.bytes());
        default -> {}
      }
    }
  }

  private void readNormalisation(ByteBuffer message) throws DamagedException {
    hasNormalisation = true;
    ProtobufReader reader = new ProtobufReader(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> characters = CharacterMap.read(reader.bytes());
        case 3 -> spaceInFront = reader.number() != 0;
        case 4 -> removesExtraSpaces = reader.number() != 0;
        case 5 -> marksSpaces = reader.number() != 0;
        default -> {}
      }
    }
  }

  private static void readDenormalisation(ByteBuffer message) throws DamagedException {
    ProtobufReader reader = new ProtobufReader(message);
    while (reader.next()) {
      if (reader.field() == 2 && reader.bytes().hasRemaining()) {
        throw new DamagedException("it has rules of its own for the way from pieces to text");
      }
    }
  }

  private static String string(ByteBuffer bytes) throws DamagedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw new DamagedException("a piece is not UTF-8");
    }
  }

  private void requireWhole() throws DamagedException {
    if (!hasTraining || !hasNormalisation) {
      throw new DamagedException("it ends too early");
    }
    if (kinds.stream().filter(Kind.UNKNOWN::equals).count() != 1) {
      throw new DamagedException("it has no piece, or several, for what is unknown");
    }
    long bytes = kinds.stream().filter(Kind.BYTE::equals).count();
    if (bytes != (byteFallback ? BYTE_PIECES : 0)) {
      throw new DamagedException("it has " + bytes + " pieces for single bytes");
    }
    for (int id = 0; id < size(); id++) {
      if (kinds.get(id) == Kind.BYTE && !pieces.get(id).matches("<0x[0-9A-F]{2}>")) {
        throw new DamagedException("its piece " + id + " names no byte");
      }
    }
  }

  private void findUserDefined() {
    for (int id = 0; id < size(); id++) {
      if (kinds.get(id) == Kind.USER_DEFINED) {
        byte[] piece = pieces.get(id).getBytes(StandardCharsets.UTF_8);
        userDefined.computeIfAbsent(piece[0], _ -> new ArrayList<>()).add(piece);
      }
    }
    userDefined
        .values()
        .forEach(list -> list.sort(Comparator.comparingInt(piece -> -piece.length)));
  }

  /// The user-defined pieces that begin with a byte, the longest first.
  List<byte[]> userDefined(byte first) {
    return userDefined.getOrDefault(first, List.of());
  }

  int size() {
    return pieces.size();
  }

  String piece(int id) {
    return pieces.get(id);
  }

  Kind kind(int id) {
    return kinds.get(id);
  }

  Map<String, Integer> ids() {
    return ids;
  }

  /// Whether the space that stands for the beginning of a word is put at its end.
  boolean spaceAsSuffix() {
    return spaceAsSuffix;
  }

  /// Whether a text gets a space in front, so that its first word is like the others.
  boolean spaceInFront() {
    return spaceInFront;
  }

  /// Whether spaces around the text go, and several become one.
  boolean removesExtraSpaces() {
    return removesExtraSpaces;
  }

  /// Whether a space is written as U+2581.
  boolean marksSpaces() {
    return marksSpaces;
  }

  /// What an unknown piece becomes in a text.
  String unknownText() {
    return unknownText;
  }

  /// The characters that are replaced first.
  CharacterMap characters() {
    return characters;
  }
}
