package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.explain.Wording;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.words.Lesson;
import dev.reformer4j.words.Novel;
import dev.reformer4j.words.Unit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Vectors without a model: words known by the company they keep in a novel, which is read when the
/// first text comes.
final class WordSource implements Source {
  /// A text with fewer words is told character by character.
  private static final int LEAST_WORDS = 8;

  private static final int WIDTH = 64;
  private static final double SHARPNESS = 20;
  private static final long SEED = 0;
  private static final int CHUNKS_TO_SEE = 8;
  private static final int LEAST_CHUNK = 4;

  private final Map<Unit, Lesson> lessons = new EnumMap<>(Unit.class);

  @Override
  public String name() {
    return "word vectors";
  }

  @Override
  public List<Layer> layers() {
    return List.of();
  }

  @Override
  public Material read(
      String text, Optional<Unit> unit, Optional<Integer> layer, int mostTokens, Workers workers) {
    List<String> words = Unit.WORDS.split(text);
    Unit used = unit.orElse(words.size() < LEAST_WORDS ? Unit.CHARACTERS : Unit.WORDS);
    List<String> tokens = used == Unit.WORDS ? words : Unit.CHARACTERS.split(text);
    String noun = used == Unit.WORDS ? "word" : "character";
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(
          "the text holds no "
              + noun
              + ", so there is nothing to attend over; give one with words");
    }
    TooLong.check(tokens.size(), mostTokens);
    Lesson lesson = lesson(used);
    Tensor vectors = lesson.vectors(tokens).oneHead(SHARPNESS);
    String origin =
        "Each %s is a vector of %d numbers, learnt from the company that %ss keep in Pride and Prejudice%s."
            .formatted(noun, WIDTH, noun, strangers(lesson.strangers(tokens), noun));
    return new Material(
        tokens,
        tokens.size(),
        noun,
        AttentionInput.shared(vectors, vectors),
        WIDTH,
        usual(tokens.size()),
        Rotations.seeded(SEED),
        Long.toString(SEED),
        origin);
  }

  private static String strangers(int count, String noun) {
    return count == 0
        ? ""
        : "; %s not in it point%s in a direction by lot"
            .formatted(
                Wording.count(count, noun) + (count == 1 ? " is" : " are"), count == 1 ? "s" : "");
  }

  /// A chunk that cuts the text into several, so that there is something to see.
  private static LshConfig usual(int n) {
    LshConfig defaults = LshConfig.defaults();
    int most = Math.max(LEAST_CHUNK, n / CHUNKS_TO_SEE);
    return defaults.withChunk(Math.min(defaults.chunk(), Integer.highestOneBit(most)));
  }

  private Lesson lesson(Unit unit) {
    synchronized (lessons) {
      return lessons.computeIfAbsent(
          unit, u -> Lesson.of(Novel.PRIDE_AND_PREJUDICE, u, WIDTH, SEED));
    }
  }

  @Override
  public Optional<Continuation> continuation() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // there is nothing to give back
  }
}
