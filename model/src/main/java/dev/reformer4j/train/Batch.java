package dev.reformer4j.train;

import dev.reformer4j.attention.NotFiniteException;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.model.Reformer;
import java.util.List;
import java.util.OptionalDouble;

/// The sequences of one step.
///
/// @param step counted from 1
/// @param examples in their order: what is drawn for one depends on its place here
public record Batch(long step, List<Example> examples) {
  /// What a batch, or a part of it, has come to.
  ///
  /// @param loss its share of the mean over the positions of the whole batch; NaN if a number was
  ///   not finite
  /// @param right positions whose target had the largest logit
  /// @param drift of reversal, the largest ([Reformer.Backward#drift]); empty if nobody says
  public record Sums(double loss, long right, OptionalDouble drift) {
    /// Nothing yet.
    public static final Sums ZERO = new Sums(0, 0);

    /// Sums whose drift nobody says.
    public Sums(double loss, long right) {
      this(loss, right, OptionalDouble.empty());
    }

    /// Both parts.
    public Sums plus(Sums other) {
      OptionalDouble larger =
          drift.isEmpty() || other.drift.orElse(0) > drift.getAsDouble() ? other.drift : drift;
      return new Sums(loss + other.loss, right + other.right, larger);
    }
  }

  /// Where the gradients of batches come from: this machine ([Batch#sourceHere]), or others.
  @FunctionalInterface
  public interface Source {
    /// Adds the gradients of a batch to those of the model's parameters, which are zero before.
    ///
    /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
    Sums add(Batch batch, Reformer model, TrainingOptions options, Workers workers);
  }

  /// Copies the list.
  public Batch {
    examples = List.copyOf(examples);
  }

  /// The batch of a step.
  static Batch of(Examples examples, long step, int size) {
    Example[] batch = new Example[size];
    for (int i = 0; i < size; i++) {
      batch[i] = examples.example((step - 1) * size + i);
    }
    return new Batch(step, List.of(batch));
  }

  /// Positions that are learnt from.
  public long positions() {
    return examples.stream().mapToLong(Example::count).sum();
  }

  /// Ids that are read.
  public long tokens() {
    return examples.stream().mapToLong(example -> example.ids().length).sum();
  }

  /// What one position weighs in the loss.
  public double weight() {
    return 1.0 / Math.max(1, positions());
  }

  /// This machine: the gradients of all sequences, one after the other.
  static Source sourceHere(Activations activations) {
    return (batch, model, options, workers) -> {
      Sums sums = Sums.ZERO;
      for (int i = 0; i < batch.examples.size() && Double.isFinite(sums.loss); i++) {
        sums = sums.plus(batch.addGradients(i, model, options, activations, workers));
      }
      return sums;
    };
  }

  private Sums addGradients(
      int index,
      Reformer model,
      TrainingOptions options,
      Activations activations,
      Workers workers) {
    return addGradients(
        step, index, examples.get(index), weight(), model, options, activations, workers);
  }

  /// Adds the gradients of one sequence of some batch.
  ///
  /// @param step that the batch is of
  /// @param index its place in the batch
  /// @param weight of a position, in the whole batch
  public static Sums addGradients(
      long step,
      int index,
      Example example,
      double weight,
      Reformer model,
      TrainingOptions options,
      Activations activations,
      Workers workers) {
    CrossEntropy entropy =
        new CrossEntropy(example.targets(), model.answerWidth(), weight, options.smoothing());
    Draws draws = options.draws(step, index);
    try {
      Reformer.Backward found =
          model.backward(example.ids(), example.at(), entropy, draws, activations, workers);
      return new Sums(found.loss(), entropy.right(), found.drift());
    } catch (NotFiniteException _) {
      return new Sums(Double.NaN, 0); // attention looks out for such numbers itself
    }
  }
}
