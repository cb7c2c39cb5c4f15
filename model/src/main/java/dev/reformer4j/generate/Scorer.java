package dev.reformer4j.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Scores texts with a causal language model. A text that is longer than a window is read in
/// several; each begins with some tokens of the one before it, which are read again and not scored
/// again, so that every token but the first of the text is scored once, with a past.
public final class Scorer {
  private final AllLogits model;
  private final Vocabulary vocabulary;
  private final int window;
  private final int overlap;

  /// What the model says at every position.
  @FunctionalInterface
  public interface AllLogits {
    /// Reads one sequence.
    ///
    /// @return `[n, vocabulary]`: row i foretells token i + 1
    Tensor of(int[] ids);
  }

  /// @param window how many tokens the model reads at once, at most its positions
  /// @param overlap how many of them are of the window before
  /// @throws IllegalArgumentException if the window is below 2, or the overlap is not from 1 to
  ///   window − 1
  public Scorer(AllLogits model, Vocabulary vocabulary, int window, int overlap) {
    if (window < 2) {
      throw new IllegalArgumentException(
          "the window is " + window + ", but must be at least 2 tokens: one foretells the next");
    }
    if (overlap < 1 || overlap >= window) {
      throw new IllegalArgumentException(
          "windows overlap by "
              + overlap
              + " tokens, but must by at least 1 and less than the window of "
              + window
              + "; half of it is usual");
    }
    this.model = model;
    this.vocabulary = vocabulary;
    this.window = window;
    this.overlap = overlap;
  }

  /// A scorer over a Reformer, whose windows overlap by half.
  ///
  /// @param window how many tokens it reads at once
  /// @throws IllegalArgumentException if it is no causal language model, or the window is not from
  ///   2 to its positions
  public static Scorer of(Reformer model, Vocabulary vocabulary, int window, Workers workers) {
    CausalModels.require(model, "a score");
    if (window > model.positions()) {
      throw new IllegalArgumentException(
          "the window is "
              + window
              + " tokens, but the model has "
              + model.positions()
              + " positions; use at most as many");
    }
    return new Scorer(ids -> model.logits(ids, workers), vocabulary, window, window / 2);
  }

  /// Scores a text.
  ///
  /// @throws IllegalArgumentException if it has fewer than two tokens, or cannot be encoded
  public Score score(String text) {
    Encoding encoding = vocabulary.encoding(text);
    int[] ids = Fragments.ids(encoding, true);
    if (ids.length < 2) {
      throw new IllegalArgumentException(
          "the text has "
              + ids.length
              + (ids.length == 1 ? " token" : " tokens")
              + ", but a score needs at least 2, since nothing foretells the first; give a longer"
              + " one");
    }
    long bytes = (long) utf8Length(text) - bytesOfFirst(encoding, text);
    return new Score(bits(ids), ids.length - 1L, bytes);
  }

  /// The bytes that the first token stands for; a character of several tokens is shared by them.
  private static int bytesOfFirst(Encoding encoding, String text) {
    if (encoding.texts()[0] == Encoding.SPECIAL) {
      return 0;
    }
    int begin = encoding.begins()[0];
    int end = encoding.ends()[0];
    int sharers = 1;
    while (sharers < encoding.length()
        && end > begin
        && encoding.begins()[sharers] == begin
        && encoding.ends()[sharers] == end) {
      sharers++;
    }
    return utf8Length(text.substring(begin, end)) / sharers;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private double bits(int[] ids) {
    double bits = 0;
    int scored = 1;
    for (int start = 0; scored < ids.length; start = scored - overlap) {
      int end = Math.min(ids.length, start + window);
      Tensor logits = model.of(Arrays.copyOfRange(ids, start, end));
      int vocabularySize = logits.dim(1);
      for (; scored < end; scored++) {
        int row = (scored - 1 - start) * vocabularySize;
        bits += surprise(logits.data(), row, vocabularySize, ids[scored], scored);
      }
    }
    return bits;
  }

  /// −log₂ of the probability of an id.
  private static double surprise(float[] logits, int row, int size, int id, int position) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, logits[row + i]);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.exp(logits[row + i] - largest);
    }
    if (Double.isNaN(sum)) {
      throw new IllegalArgumentException(
          "the model's logits for position "
              + position
              + " are not all finite, so the text has no score; its weights are damaged, or too"
              + " large for float32");
    }
    return (Math.log(sum) + largest - logits[row + id]) / Math.log(2);
  }
}
