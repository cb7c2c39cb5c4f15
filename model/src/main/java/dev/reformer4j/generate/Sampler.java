package dev.reformer4j.generate;

import dev.reformer4j.kernel.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;

/// Chooses the tokens of one text by a [Sampling]. It knows which ids the text holds, and nothing
/// else of the past: the random number for a token is drawn by seed, sequence and position.
///
/// Probabilities are kept as weights, relative to the likeliest id, whose weight is 1; an id that a
/// filter has thrown out has weight 0.
final class Sampler {
  private final Sampling sampling;
  private final long key;
  private final BitSet seen = new BitSet();
  private double[] weights = new double[0];
  private double[] sorted = new double[0];

  /// @param sequence tells apart texts that are drawn with one seed
  Sampler(Sampling sampling, long sequence) {
    this.sampling = sampling;
    this.key = CounterRandom.split(CounterRandom.key(sampling.seed()), sequence);
  }

  /// Says that the text holds an id.
  void see(int id) {
    seen.set(id);
  }

  /// Chooses the next id.
  ///
  /// @param logits holds one number per id, from `offset` on
  /// @param position the place of the new token in the text, from 0 on
  /// @throws IllegalArgumentException if a logit is NaN or +∞, or all are −∞
  int choose(float[] logits, int offset, int vocabulary, long position) {
    int likeliest = weigh(logits, offset, vocabulary, position);
    if (sampling.isGreedy()) {
      return likeliest;
    }
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      sum += weights[id];
    }
    double mark = CounterRandom.uniform(key, position) * sum;
    double below = 0;
    int last = likeliest;
    for (int id = 0; id < vocabulary; id++) {
      if (weights[id] > 0) {
        below += weights[id];
        last = id;
        if (below > mark) {
          break;
        }
      }
    }
    return last;
  }

  /// The probability of every id to be chosen, after all filters.
  ///
  /// @throws IllegalArgumentException as [#choose]
  double[] probabilities(float[] logits, int offset, int vocabulary, long position) {
    int likeliest = weigh(logits, offset, vocabulary, position);
    double[] probabilities = new double[vocabulary];
    if (sampling.isGreedy()) {
      probabilities[likeliest] = 1;
      return probabilities;
    }
    double sum = Arrays.stream(weights, 0, vocabulary).sum();
    Arrays.setAll(probabilities, id -> weights[id] / sum);
    return probabilities;
  }

  /// Sets the weights and returns the likeliest id.
  private int weigh(float[] logits, int offset, int vocabulary, long position) {
    if (weights.length != vocabulary) {
      weights = new double[vocabulary];
      sorted = new double[vocabulary];
    }
    penalise(logits, offset, vocabulary, position);
    int likeliest = 0;
    for (int id = 1; id < vocabulary; id++) {
      if (weights[id] > weights[likeliest]) {
        likeliest = id;
      }
    }
    if (weights[likeliest] == Double.NEGATIVE_INFINITY) {
      throw notUsable("are all −∞", position);
    }
    if (!sampling.isGreedy()) {
      double least = leastOfTopK(vocabulary);
      double largest = weights[likeliest];
      for (int id = 0; id < vocabulary; id++) {
        // The difference first: it is at most 0, so no temperature makes it overflow to +∞.
        weights[id] =
            weights[id] < least ? 0 : Math.exp((weights[id] - largest) / sampling.temperature());
      }
      keepTopP(vocabulary);
      keepMinP(vocabulary);
    }
    return likeliest;
  }

  private void penalise(float[] logits, int offset, int vocabulary, long position) {
    double penalty = sampling.repetitionPenalty();
    for (int id = 0; id < vocabulary; id++) {
      double logit = logits[offset + id];
      if (!(logit < Double.POSITIVE_INFINITY)) {
        throw notUsable("hold " + logits[offset + id] + " for id " + id, position);
      }
      if (penalty != 1 && seen.get(id)) {
        logit = logit < 0 ? logit * penalty : logit / penalty;
      }
      weights[id] = logit;
    }
  }

  private static IllegalArgumentException notUsable(String what, long position) {
    return new IllegalArgumentException(
        "the model's logits for position "
            + position
            + " "
            + what
            + ", so no token can be chosen; its weights are damaged, or too large for float32");
  }

  private double leastOfTopK(int vocabulary) {
    if (sampling.topK() == 0 || sampling.topK() >= vocabulary) {
      return Double.NEGATIVE_INFINITY;
    }
    sort(vocabulary);
    return sorted[vocabulary - sampling.topK()];
  }

  private void sort(int vocabulary) {
    System.arraycopy(weights, 0, sorted, 0, vocabulary);
    Arrays.sort(sorted, 0, vocabulary);
  }

  /// Goes up from the least likely id as long as the probabilities add up to at most 1 − p. Among
  /// equals the highest ids go first.
  private void keepTopP(int vocabulary) {
    if (sampling.topP() == 1) {
      return;
    }
    sort(vocabulary);
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += sorted[i];
    }
    double mass = 0;
    int out = 0;
    while (out < vocabulary - 1) {
      mass += sorted[out] / sum;
      if (mass > 1 - sampling.topP()) {
        break;
      }
      out++;
    }
    double least = sorted[out];
    int equalsOut = 0;
    while (equalsOut < out && sorted[out - 1 - equalsOut] == least) {
      equalsOut++;
    }
    for (int id = vocabulary - 1; id >= 0; id--) {
      if (weights[id] < least) {
        weights[id] = 0;
      } else if (weights[id] == least && equalsOut > 0) {
        weights[id] = 0;
        equalsOut--;
      }
    }
  }

  private void keepMinP(int vocabulary) {
    for (int id = 0; id < vocabulary; id++) {
      if (weights[id] < sampling.minP()) {
        weights[id] = 0;
      }
    }
  }
}
