package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import java.util.List;

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

  /// A token worth looking at: the word of five letters or more nearest to the middle, if there is
  /// one.
  int middle() {
    int middle = real / 2;
    for (int distance = 0; distance <= middle; distance++) {
      for (int position : new int[] {middle - distance, middle + distance}) {
        if (position >= 0 && position < real && labels.get(position).length() >= 5) {
          return position;
        }
      }
    }
    return middle;
  }
}
