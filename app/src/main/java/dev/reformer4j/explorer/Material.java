package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// A text as tokens with vectors.
///
/// @param labels what to call the tokens, `[n]`; padding has one too
/// @param real how many tokens are no padding; they come first
/// @param unit what a token is, such as `word`
/// @param input the vectors of all heads
/// @param dModel numbers a token has between layers
/// @param usual how such vectors are usually hashed
/// @param rotations what they are usually rotated with
/// @param seed the seed of those, where there is one to show
/// @param origin where the vectors come from, as a sentence
record Material(
    List<String> labels,
    int real,
    String unit,
    AttentionInput input,
    int dModel,
    LshConfig usual,
    Rotations rotations,
    String seed,
    String origin) {
  Material {
    labels = List.copyOf(labels);
  }

  int n() {
    return input.n();
  }

  /// A token worth looking at: the one nearest to the middle that is a word of five letters or
  /// more; where there is none, a letter.
  int middle() {
    return nearestToTheMiddle(label -> label.length() >= 5)
        .or(() -> nearestToTheMiddle(label -> label.codePoints().allMatch(Character::isLetter)))
        .orElse(real / 2);
  }

  private Optional<Integer> nearestToTheMiddle(Predicate<String> fits) {
    return IntStream.range(0, real)
        .filter(position -> fits.test(labels.get(position)))
        .boxed()
        .min(Comparator.comparingInt(position -> Math.abs(position - real / 2)));
  }
}
