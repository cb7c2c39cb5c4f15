package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The paper's test of attention (section 5): the second word of `0w0w`.
///
/// @param wordLength symbols of a word
/// @param symbols how many there are
record DuplicationTask(int wordLength, int symbols) implements Task {
  /// Symbols of the paper.
  static final int SYMBOLS = 127;

  /// The model of the paper, but for learned positions: one layer, as wide within as without.
  private static final int WIDTH = 256;

  private static final int TINY_WIDTH = 64;
  private static final int HEADS = 4;
  private static final int ROUNDS = 4;
  private static final int LONGEST_CHUNK = 32;
  private static final int SHORTEST_CHUNK = 4;

  @Override
  public HeadKind head() {
    return HeadKind.LANGUAGE_MODEL;
  }

  @Override
  public boolean causal() {
    return true;
  }

  @Override
  public ReformerConfig config(Optional<Preset> preset) {
    int width =
        switch (preset.orElse(Preset.SMALL)) {
          case TINY -> TINY_WIDTH;
          case SMALL -> WIDTH;
          case BASE ->
              throw new UserError(
                  "--preset base is no model for the duplication task; the paper's is small, and"
                      + " tiny is a quarter as wide");
        };
    int n = 2 * wordLength + 2;
    int chunk = Math.clamp(Integer.highestOneBit(n / 8), SHORTEST_CHUNK, LONGEST_CHUNK);
    return ReformerConfig.builder()
        .layers(LayerKind.LSH)
        .dModel(width)
        .heads(HEADS)
        .headSize(width / HEADS)
        .feedForwardSize(width)
        .vocabularySize(symbols + 1)
        .learnedPositions()
        .maxPositions(n)
        .lshChunk(chunk)
        .buckets(Math.max(2, n / chunk / 2 * 2))
        .rounds(ROUNDS)
        .chunking(Chunking.CHUNKED)
        .causal(true)
        .hiddenDropout(0)
        .lshDropout(0)
        .padId(OptionalInt.empty())
        .eosIds(List.of())
        .architectures(List.of(head().architecture()))
        .build();
  }

  @Override
  public double rate(Optional<Preset> preset) {
    return 3e-3;
  }

  @Override
  public int batch() {
    return 8;
  }

  @Override
  public boolean newRotations() {
    return true;
  }

  @Override
  public Lessons open(Reformer model, Optional<Path> vocabulary) {
    require(model, wordLength, symbols);
    return new DuplicationLessons(wordLength, symbols);
  }

  /// Refuses a model without room for the words.
  static void require(Reformer model, int wordLength, int symbols) {
    int n = 2 * wordLength + 2;
    if (n > model.positions()) {
      throw new UserError(
          "--word-length %d makes sequences of %d, but the model has %d positions; give at most %d"
              .formatted(wordLength, n, model.positions(), Math.max(1, model.positions() / 2 - 1)));
    }
    if (symbols >= model.config().vocabularySize()) {
      throw new UserError(
          "--symbols %d and the 0 before a word are more than the %d ids of the model; give at most"
                  .formatted(symbols, model.config().vocabularySize())
              + " %d".formatted(model.config().vocabularySize() - 1));
    }
  }

  @Override
  public CardWords words() {
    return new CardWords(
        "text-generation",
        "model of the duplication task (`0w0w`)",
        "words",
        List.of(
            "reformer4j eval --model %s --task duplication --word-length "
                + wordLength
                + " --rounds 1,2,4,8,exact"));
  }
}
