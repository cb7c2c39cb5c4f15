package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;
import java.util.Arrays;
import java.util.List;

/// Texts that each have a label, in another random order in every epoch.
public final class LabelledExamples implements Examples {
  private final List<int[]> texts;
  private final int[] labels;
  private final int length;
  private final long key;

  /// @param texts their ids, at least one each; not copied
  /// @param labels `[texts]`
  /// @param length ids that are read of a longer one
  /// @throws IllegalArgumentException if there are none, or not as many of both
  public LabelledExamples(List<int[]> texts, int[] labels, int length, long seed) {
    Rule.require(!texts.isEmpty(), "number of texts", texts.size(), "at least 1");
    Rule.require(
        texts.size() == labels.length, "number of labels", labels.length, "that of the texts");
    Rule.require(length >= 1, "length", length, "at least 1");
    this.texts = texts;
    this.labels = labels;
    this.length = length;
    this.key = CounterRandom.split(CounterRandom.key(seed), "labelled");
  }

  /// Which of some texts to hold out, the same ones for everybody: `share` of them, in order.
  public static int[] heldOut(int count, double share) {
    Permutation order = new Permutation(count, CounterRandom.key(count));
    int held = (int) Math.round(share * count);
    int[] numbers = new int[held];
    for (int i = 0; i < held; i++) {
      numbers[i] = (int) order.at(i);
    }
    Arrays.sort(numbers);
    return numbers;
  }

  @Override
  public long epoch() {
    return texts.size();
  }

  @Override
  public Example example(long number) {
    long epochKey = CounterRandom.split(key, number / texts.size());
    int at = (int) new Permutation(texts.size(), epochKey).at(number % texts.size());
    int[] ids = texts.get(at);
    int[] read = ids.length > length ? Arrays.copyOf(ids, length) : ids;
    return new Example(read, new int[] {labels[at]});
  }
}
