package dev.reformer4j.cli.model;

import dev.reformer4j.model.LoadOptions;
import picocli.CommandLine.Option;

/// The option `--ignore-lm-bias`, for commands that look at logits over the vocabulary.
public final class BiasOption {
  @Option(
      names = "--ignore-lm-bias",
      description =
          "Leave lm_head.bias out of the logits, as transformers 5 does. Older versions and the"
              + " authors' code add it.")
  private boolean ignore;

  /// How the weights are to be read.
  public LoadOptions loadOptions() {
    return LoadOptions.defaults().withLanguageModelBias(!ignore);
  }
}
