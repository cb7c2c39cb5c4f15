package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.RunOptions;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/// When a run evaluates, saves and stops.
final class RunSettings {
  /// Evaluations of a training, and checkpoints, where the user does not say.
  private static final int USUAL_TIMES = 20;

  /// Tokens of one evaluation, about.
  private static final int USUAL_TOKENS = 1 << 17;

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Steps between evaluations. Default: a twentieth of the training, or more where they"
              + " would take longer than the steps.")
  private Integer evaluateEvery;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Steps between checkpoints. Default: a twentieth of the training. Every ten minutes one"
              + " is saved anyway.")
  private Integer saveEvery;

  @Option(
      names = "--keep",
      paramLabel = "K",
      converter = Numbers.Positive.class,
      defaultValue = "3",
      description = "Checkpoints that stay. Default: ${DEFAULT-VALUE}.")
  private int keep;

  @Option(
      names = "--patience",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      defaultValue = "0",
      description =
          "Evaluations without a better result after which to stop. Default: 0, which never does.")
  private int patience;

  @Option(
      names = "--sample-tokens",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      defaultValue = "200",
      description =
          "Tokens of text that a language model writes for the report after every evaluation; 0 for"
              + " none. The training is the same. Default: ${DEFAULT-VALUE}.")
  private int sampleTokens;

  /// Tokens of a sample for the report; 0 for no samples.
  int sampleTokens() {
    return sampleTokens;
  }

  /// Everything together.
  ///
  /// @param batch sequences of one step
  /// @param heldOut what is evaluated on
  /// @param length tokens of one example of it
  RunOptions options(
      long steps,
      int batch,
      Optional<? extends Examples> heldOut,
      int length,
      Optional<Duration> limit) {
    long usual = Math.max(1, steps / USUAL_TIMES);
    long evaluateOn = Math.clamp(USUAL_TOKENS / length, 1, heldOut.map(Examples::epoch).orElse(1L));
    return new RunOptions(
        evaluateEvery == null ? Math.max(usual, evaluateOn / batch) : evaluateEvery,
        evaluateOn,
        saveEvery == null ? usual : saveEvery,
        keep,
        limit,
        patience);
  }
}
