package dev.reformer4j.explain;

import dev.reformer4j.attention.AttentionInput;
import java.util.List;

/// What is to be explained.
///
/// @param input the vectors
/// @param labels what to call the tokens, one each; for tensors without a text their positions
/// @param isText whether the labels are pieces of a text
/// @param origin where the tokens and their vectors come from, as whole sentences
public record Subject(AttentionInput input, List<String> labels, boolean isText, String origin) {
  /// Checks that every token has a label.
  public Subject {
    labels = List.copyOf(labels);
    if (labels.size() != input.n()) {
      throw new IllegalArgumentException(
          labels.size() + " labels for " + input.n() + " tokens; give one each");
    }
  }

  /// Tokens of the sequence.
  public int n() {
    return labels.size();
  }

  /// A token worth looking at: of a text the word of five letters or more that is nearest to the
  /// middle, if there is one.
  public int middle() {
    int middle = n() / 2;
    for (int distance = 0; isText && distance <= middle; distance++) {
      for (int position : new int[] {middle - distance, middle + distance}) {
        if (position >= 0 && position < n() && labels.get(position).length() >= 5) {
          return position;
        }
      }
    }
    return middle;
  }
}
