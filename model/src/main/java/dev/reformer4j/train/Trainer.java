package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import java.util.Collection;

/// Trains a model, a step at a time. Where it stands is the number of the last step, the parameters
/// and what the optimiser remembers: data and draws follow from the number.
public final class Trainer {
  private final Reformer model;
  private final Collection<Parameter> parameters;
  private final TrainingOptions options;
  private final Optimizer optimizer;
  private final Batch.Source source;
  private long step;
  private int skips;
  private long allSkips;

  /// A trainer before its first step, which computes activations again on the way back.
  public Trainer(Reformer model, TrainingOptions options) {
    this(model, options, Activations.REVERSED);
  }

  /// A trainer before its first step.
  public Trainer(Reformer model, TrainingOptions options, Activations activations) {
    this(model, options, Batch.sourceHere(activations));
  }

  /// The same, with gradients from elsewhere.
  public Trainer(Reformer model, TrainingOptions options, Batch.Source source) {
    this.source = source;
    this.model = model;
    this.parameters = model.parameters().values();
    this.options = options;
    this.optimizer = options.newOptimizer();
  }

  /// The model that it trains.
  public Reformer model() {
    return model;
  }

  /// How it trains.
  public TrainingOptions options() {
    return options;
  }

  /// What remembers between steps.
  public Optimizer optimizer() {
    return optimizer;
  }

  /// Steps done, skipped ones included.
  public long stepsDone() {
    return step;
  }

  /// Steps that were skipped since the beginning.
  public long stepsSkipped() {
    return allSkips;
  }

  /// Takes up a training where it was left; the optimiser and the model have their state already.
  public void resume(long stepsDone, long stepsSkipped) {
    step = stepsDone;
    allSkips = stepsSkipped;
  }

  /// Whether all steps are done.
  public boolean isDone() {
    return step >= options.steps();
  }

  /// One step: the gradients of a batch, clipped, and the optimiser's change. A step whose loss or
  /// gradient is not finite changes nothing, and is counted.
  ///
  /// @param examples the training data
  /// @throws TrainingStopped if too many steps in a row were not finite
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted; the
  ///   step may be half done then, and the trainer is not to be used
  public Step step(Examples examples, Workers workers) {
    long begun = System.nanoTime();
    long number = step + 1;
    parameters.forEach(Parameter::clearGradient);
    Batch batch = Batch.of(examples, number, options.batch());
    Batch.Sums sums = source.add(batch, model, options, workers);
    double loss = sums.loss();
    double norm = Math.sqrt(squareOfGradient());
    double rate = options.schedule().rate(number);
    boolean finite = Double.isFinite(loss) && Double.isFinite(norm);
    if (finite) {
      clip(norm);
      optimizer.step(parameters, rate, number, workers);
    }
    step = number;
    count(finite, loss, norm);
    double seconds = (System.nanoTime() - begun) * 1e-9;
    return new Step(
        number,
        finite ? loss : Double.NaN,
        sums.right() * batch.weight(),
        norm,
        rate,
        batch.tokens(),
        seconds,
        sums.drift(),
        !finite);
  }

  private void count(boolean finite, double loss, double norm) {
    skips = finite ? 0 : skips + 1;
    allSkips += finite ? 0 : 1;
    if (skips > options.mostSkips()) {
      throw new TrainingStopped(
          skips
              + " steps in a row, up to step "
              + step
              + ", had a loss of "
              + loss
              + " and a gradient of length "
              + norm
              + "; the parameters are those before them, and are saved; train with a lower learning"
              + " rate or a lower clip");
    }
  }

  private double squareOfGradient() {
    double all = 0;
    for (Parameter parameter : parameters) {
      double sum = 0;
      for (float number : parameter.gradient().data()) {
        sum += (double) number * number;
      }
      all += sum;
    }
    return all;
  }

  /// Shortens the gradient of all parameters together (Pascanu et al. 2013).
  private void clip(double norm) {
    if (norm <= options.clip()) {
      return;
    }
    float scale = (float) (options.clip() / norm);
    for (Parameter parameter : parameters) {
      float[] gradient = parameter.gradient().data();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= scale;
      }
    }
  }
}
