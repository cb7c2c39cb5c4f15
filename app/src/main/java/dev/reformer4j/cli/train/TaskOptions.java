package dev.reformer4j.cli.train;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What is taught, and from what.
final class TaskOptions {
  @Mixin private DataOptions data;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "causal",
      description = {
        "What is learnt. causal: a text, every token from those before it.",
        "duplication: the paper's test of attention, the second half of 0w0w with random words w;"
            + " it needs no --data.",
        "Default: ${DEFAULT-VALUE}."
      })
  private TaskName name;

  @Mixin private WordOptions words;

  /// The task.
  ///
  /// @throws UserError if options do not go together
  Task task() {
    words.check(name);
    return switch (name) {
      case CAUSAL -> {
        data.require(name);
        yield new CausalTask(data);
      }
      case DUPLICATION -> {
        data.refuse(name);
        yield new DuplicationTask(words.length(), words.symbols());
      }
    };
  }
}
