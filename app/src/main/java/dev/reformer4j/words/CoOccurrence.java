package dev.reformer4j.words;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Which words stand near which, as positive pointwise mutual information: `max(0, ln(p(w, c) /
/// (p(w) · p(c))))`, with the probability of a context raised to 0.75 first, so that rare contexts
/// do not look more telling than they are (Levy, Goldberg and Dagan 2015).
final class CoOccurrence {
  /// Words on either side that count as near.
  private static final int WINDOW = 4;

  /// Only the most frequent words serve as contexts; all serve as rows.
  private static final int MOST_CONTEXTS = 4096;

  private static final double SMOOTHING = 0.75;

  private CoOccurrence() {}

  /// Counts a text.
  ///
  /// @param tokens word numbers, in the order of the text
  /// @param counts how often every word occurs
  /// @return `[words, contexts]`
  static SparseMatrix of(int[] tokens, int[] counts) {
    int[] contextOf = contexts(counts);
    int contexts = Math.min(MOST_CONTEXTS, counts.length);
    long[] pairs = pairs(tokens, contextOf, contexts);
    return informative(pairs, counts.length, contexts);
  }

  /// The context number of every word, the most frequent first; −1 for a word too rare to be one.
  private static int[] contexts(int[] counts) {
    int[] contextOf = new int[counts.length];
    Arrays.fill(contextOf, -1);
    int[] byCount =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted((a, b) -> counts[a] != counts[b] ? counts[b] - counts[a] : a - b)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int c = 0; c < Math.min(MOST_CONTEXTS, byCount.length); c++) {
      contextOf[byCount[c]] = c;
    }
    return contextOf;
  }

  /// Every meeting of a word and a context as `word · contexts + context`, sorted, so that equal
  /// ones are neighbours.
  private static long[] pairs(int[] tokens, int[] contextOf, int contexts) {
    long[] pairs = new long[Math.multiplyExact(tokens.length, 2 * WINDOW)];
    int size = 0;
    for (int t = 0; t < tokens.length; t++) {
      int last = Math.min(tokens.length - 1, t + WINDOW);
      for (int u = Math.max(0, t - WINDOW); u <= last; u++) {
        if (u != t && contextOf[tokens[u]] >= 0) {
          pairs[size++] = (long) tokens[t] * contexts + contextOf[tokens[u]];
        }
      }
    }
    long[] sorted = Arrays.copyOf(pairs, size);
    Arrays.parallelSort(sorted);
    return sorted;
  }

  private static SparseMatrix informative(long[] pairs, int words, int contexts) {
    double[] ofWord = new double[words];
    double[] ofContext = new double[contexts];
    for (long pair : pairs) {
      ofWord[(int) (pair / contexts)]++;
      ofContext[(int) (pair % contexts)]++;
    }
    double smoothed = Arrays.stream(ofContext).map(count -> Math.pow(count, SMOOTHING)).sum();
    int[] starts = new int[words + 1];
    int[] columns = new int[pairs.length];
    float[] values = new float[pairs.length];
    int size = 0;
    for (int i = 0; i < pairs.length; ) {
      int end = i;
      while (end < pairs.length && pairs[end] == pairs[i]) {
        end++;
      }
      int word = (int) (pairs[i] / contexts);
      int context = (int) (pairs[i] % contexts);
      double probability = Math.pow(ofContext[context], SMOOTHING) / smoothed;
      double information = Math.log((end - i) / (ofWord[word] * probability));
      if (information > 0) {
        columns[size] = context;
        values[size++] = (float) information;
        starts[word + 1]++;
      }
      i = end;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    return new SparseMatrix(
        words, contexts, starts, Arrays.copyOf(columns, size), Arrays.copyOf(values, size));
  }
}
