package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Session;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.AdamW;
import dev.reformer4j.train.CrossEntropy;
import java.util.SplittableRandom;

/// A language model to measure, with an optimiser that trains it.
final class ModelSubject {
  /// torch's own choices but for the weight decay, which it applies to biases as well.
  private final AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, 0);

  private final Reformer model;
  private long steps;

  ModelSubject(Reformer model) {
    this.model = model;
  }

  Reformer model() {
    return model;
  }

  /// Bytes of a text that nobody wrote, as ids of the byte vocabulary. Same n, same ids.
  static int[] randomIds(int n) {
    return new SplittableRandom(n).ints(n, 2, 258).toArray();
  }

  /// One step of training on one sequence, every token of which foretells the next.
  ///
  /// @return the mean loss before the step, in nats
  double train(int[] ids, double rate, Activations activations, Workers workers) {
    int[] targets = new int[ids.length];
    System.arraycopy(ids, 1, targets, 0, ids.length - 1);
    targets[ids.length - 1] = CrossEntropy.IGNORED;
    CrossEntropy loss =
        new CrossEntropy(targets, model.config().vocabularySize(), 1.0 / (ids.length - 1), 0);
    model.parameters().values().forEach(Parameter::clearGradient);
    double mean = model.backward(ids, 0, loss, Draws.NONE, activations, workers).loss();
    steps++;
    optimizer.step(model.parameters().values(), rate, steps, workers);
    return mean;
  }

  /// Reads a prompt and goes on greedily, as the command `generate` does.
  Generation generate(int[] prompt, int tokens, Workers workers) {
    Generator generator = new Generator(NextLogits.remembering(model, workers), Vocabulary.bytes());
    Session session = generator.newSession();
    session.append(prompt);
    return generator.goOn(
        session, GenerateRequest.of(Sampling.greedy(), tokens), TextListener.none());
  }
}
