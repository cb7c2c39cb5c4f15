package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;

/// How well a model does on data that it has not learnt from.
///
/// @param loss mean over the positions, in nats
/// @param accuracy share of positions whose target had the largest logit
/// @param positions how many were asked
public record Evaluation(double loss, double accuracy, long positions) {
  /// Bits per position: the loss to the base 2.
  public double bits() {
    return loss / Math.log(2);
  }

  /// Evaluates on the first `count` examples.
  public static Evaluation of(Reformer model, Examples examples, long count, Workers workers) {
    double loss = 0;
    long right = 0;
    long positions = 0;
    for (long i = 0; i < count; i++) {
      Example example = examples.example(i);
      CrossEntropy entropy = new CrossEntropy(example.targets(), model.answerWidth(), 1, 0);
      loss += model.loss(example.ids(), entropy, workers);
      right += entropy.right();
      positions += example.count();
    }
    return new Evaluation(loss / positions, right / (double) positions, positions);
  }
}
