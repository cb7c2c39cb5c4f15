package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.table.LabelledText;
import dev.reformer4j.text.Vocabulary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/// Labelled texts as ids.
///
/// @param texts the ids of each
/// @param labels their numbers
record LabelledIds(List<int[]> texts, int[] labels) {
  /// Turns texts into ids.
  ///
  /// @param names of the labels, in the order of their numbers
  /// @throws UserError if a text has no ids, or another label
  static LabelledIds of(List<LabelledText> all, List<String> names, Vocabulary vocabulary) {
    Map<String, Integer> numbers = new HashMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    List<int[]> texts = new ArrayList<>();
    int[] labels = new int[all.size()];
    for (LabelledText one : all) {
      Integer number = numbers.get(one.label());
      if (number == null) {
        throw new UserError(
            "%s has the label '%s', but the model has %s; correct it, or leave the line out"
                .formatted(one.place(), one.label(), listed(names)));
      }
      labels[texts.size()] = number;
      texts.add(ids(one, vocabulary));
    }
    return new LabelledIds(texts, labels);
  }

  private static int[] ids(LabelledText one, Vocabulary vocabulary) {
    try {
      int[] ids = vocabulary.encode(one.text());
      if (ids.length > 0) {
        return ids;
      }
    } catch (IllegalArgumentException e) {
      throw new UserError(one.place() + ": " + e.getMessage(), e);
    }
    throw new UserError(one.place() + " has no text; fill it, or remove the line");
  }

  private static String listed(List<String> names) {
    return names.size() <= 8
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 8)) + " and " + (names.size() - 8) + " more";
  }

  /// The tokens of the longest text.
  int longest() {
    return texts.stream().mapToInt(ids -> ids.length).max().orElse(0);
  }

  /// Texts that are longer than a length.
  long longerThan(int length) {
    return texts.stream().filter(ids -> ids.length > length).count();
  }

  /// How many there are of every label.
  int[] counts(int names) {
    int[] counts = new int[names];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /// The share of every label, the most frequent first: `pos 51.0 %, neg 49.0 %`.
  static String shares(List<String> names, int[] counts) {
    int all = Arrays.stream(counts).sum();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt((Integer i) -> -counts[i]));
    List<String> words = new ArrayList<>();
    for (int i : order.subList(0, Math.min(6, order.size()))) {
      words.add(String.format(Locale.ROOT, "%s %.1f %%", names.get(i), 100.0 * counts[i] / all));
    }
    return String.join(", ", words)
        + (order.size() > 6 ? " and " + Say.count(order.size() - 6) + " more" : "");
  }

  /// What tells these texts from others.
  String fingerprint() {
    CRC32C sum = new CRC32C();
    ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    for (int i = 0; i < labels.length; i++) {
      update(sum, number, labels[i]);
      update(sum, number, texts.get(i).length);
      for (int id : texts.get(i)) {
        update(sum, number, id);
      }
    }
    return labels.length + " texts, CRC-32C " + Long.toHexString(sum.getValue());
  }

  private static void update(CRC32C sum, ByteBuffer number, int value) {
    sum.update(number.clear().putInt(value).flip());
  }
}
