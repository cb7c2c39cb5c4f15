package dev.reformer4j.train;

import dev.reformer4j.attention.NotFiniteException;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import java.util.Arrays;

/// How well a model does on data that it has not learnt from.
///
/// @param loss mean over the positions, in nats; NaN if the model's numbers are not all finite
/// @param accuracy share of positions whose target had the largest logit
/// @param positions how many were asked
public record Evaluation(double loss, double accuracy, long positions) {
  /// Bits per position: the loss to the base 2.
  public double bits() {
    return loss / Math.log(2);
  }

  /// Evaluates on the first `count` examples, each from position 0 on.
  public static Evaluation of(Reformer model, Examples examples, long count, Workers workers) {
    Sum sum = new Sum();
    for (long i = 0; i < count; i++) {
      sum.add(model, examples.example(i), workers);
    }
    return sum.mean();
  }

  /// Evaluates a causal language model on a whole text, every id but the first. A text that is
  /// longer than a window is read in several that overlap by half, so that every id has a past of
  /// at least half a window, as far as the text has one.
  ///
  /// @param window ids that are read at once
  /// @throws IllegalArgumentException if the text has fewer than two ids, or the window is not from
  ///   2 to the positions of the model
  public static Evaluation of(Reformer model, Corpus corpus, int window, Workers workers) {
    if (corpus.length() < 2) {
      throw new IllegalArgumentException(
          "a text of "
              + corpus.length()
              + " ids cannot be evaluated, since nothing foretells the first; give a longer one");
    }
    if (window < 2 || window > model.positions()) {
      throw new IllegalArgumentException(
          "the window is "
              + window
              + ", but must be from 2 to "
              + model.positions()
              + ", the positions of the model");
    }
    Sum sum = new Sum();
    long asked = 0; // targets are ids 1 …; this many have been asked for
    for (long start = 0; asked < corpus.length() - 1; start = asked - window / 2) {
      start = Math.max(0, start);
      int n = (int) Math.min(window, corpus.length() - 1 - start);
      int[] read = new int[n + 1];
      corpus.read(start, read);
      int[] targets = Arrays.copyOfRange(read, 1, n + 1);
      Arrays.fill(targets, 0, (int) (asked - start), CrossEntropy.IGNORED);
      sum.add(model, new Example(Arrays.copyOf(read, n), targets), workers);
      asked = start + n;
    }
    return sum.mean();
  }

  /// What has been asked so far.
  private static final class Sum {
    private double loss;
    private long right;
    private long positions;

    void add(Reformer model, Example example, Workers workers) {
      CrossEntropy entropy = new CrossEntropy(example.targets(), model.answerWidth(), 1, 0);
      loss += loss(model, example, entropy, workers);
      right += entropy.right();
      positions += example.count();
    }

    /// Where numbers overflow in the middle there is no loss.
    private static double loss(
        Reformer model, Example example, CrossEntropy entropy, Workers workers) {
      try {
        return model.loss(example.ids(), entropy, workers);
      } catch (NotFiniteException _) {
        return Double.NaN;
      }
    }

    Evaluation mean() {
      return new Evaluation(loss / positions, right / (double) positions, positions);
    }
  }
}
