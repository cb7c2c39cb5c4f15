package dev.reformer4j.cli.explain;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.checkpoint.TensorInfo;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.attend.InputFile;
import dev.reformer4j.explain.Subject;
import dev.reformer4j.explain.Wording;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.words.EmbeddedText;
import dev.reformer4j.words.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What the user wants explained.
///
/// @param subject the tokens and their vectors
/// @param rotations the rotations that came with them, if any
/// @param shape `[heads, dQk, rounds, columns]` of those rotations; empty if there are none
/// @param config the attention that they were learnt for, if they were
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Source(
    Subject subject, Optional<Rotations> rotations, long[] shape, Optional<LshConfig> config) {
  private static final int WIDTH = 64;
  private static final long MOST_BYTES = 64L << 20;

  /// What one byte of text takes on its way to a vector, for texts of short words.
  private static final int HEAP_PER_BYTE = 200;

  /// The tensors themselves, and as much again for hashes, orders and the sample of queries.
  private static final double HEAP_PER_FILE = 2;

  /// A text given on the command line, or read.
  ///
  /// @param sharpness the length of every vector
  static Source text(String text, Optional<Unit> unit, double sharpness, long seed, String where) {
    Heap.require(
        (double) HEAP_PER_BYTE * text.length(),
        "a text of " + Say.count(text.length()) + " characters",
        "a part of it");
    EmbeddedText embedded = EmbeddedText.of(text, unit, WIDTH, seed);
    Tensor vectors = embedded.vectors().oneHead(sharpness);
    Subject subject =
        new Subject(
            AttentionInput.shared(vectors, vectors),
            embedded.tokens(),
            true,
            where + embedded.origin());
    return new Source(subject, Optional.empty(), new long[0], Optional.empty());
  }

  /// A text in a file, as vectors of its words or characters.
  ///
  /// @throws UserError if it is too long, or not UTF-8
  static Source file(Path file, Optional<Unit> unit, double sharpness, long seed)
      throws IOException {
    return text(read(file), unit, sharpness, seed, file.getFileName() + ": ");
  }

  /// The text of a file.
  ///
  /// @throws UserError if it is too long, or not UTF-8
  static String read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (Files.isDirectory(file)) {
      throw new UserError(file + " is a directory; give a text file");
    }
    if (bytes > MOST_BYTES) {
      throw new UserError(
          "%s has %s, more than the %s that explain reads; give a part of it"
              .formatted(file, Say.bytes(bytes), Say.bytes(MOST_BYTES)));
    }
    return decoded(file);
  }

  private static String decoded(Path file) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new UserError(
          file + " is not text in UTF-8; convert it, for example with iconv -t UTF-8", e);
    }
  }

  /// Tensors in a safetensors file, as `attend` reads them.
  static Source tensors(Path file) throws IOException {
    if (InputFile.isNpy(file)) {
      throw new UserError(
          file + " is an .npy file; explain reads qk and v from one safetensors file");
    }
    Heap.require(
        HEAP_PER_FILE * Files.size(file), "explaining " + file, "fewer heads or fewer tokens");
    try (InputFile opened = InputFile.open(file, Optional.empty())) {
      AttentionInput input = opened.read();
      List<String> positions = IntStream.range(0, input.n()).mapToObj(Integer::toString).toList();
      String origin =
          "%s: %s in %s of width %d."
              .formatted(
                  file.getFileName(),
                  Wording.count(input.n(), "token"),
                  Wording.count(input.heads(), "head"),
                  input.dQk());
      return new Source(
          new Subject(input, positions, false, origin),
          opened.rotations(),
          rotationShape(file),
          Optional.empty());
    }
  }

  private static long[] rotationShape(Path file) throws IOException {
    try (Safetensors opened = Safetensors.open(file)) {
      TensorInfo info = opened.tensors().get("rotations");
      return info == null ? new long[0] : info.shape();
    }
  }
}
