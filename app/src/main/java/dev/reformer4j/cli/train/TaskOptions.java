package dev.reformer4j.cli.train;

import dev.reformer4j.cli.table.LabelledOptions;
import java.io.IOException;
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
        "masked: a text too, but tokens that were hidden, from both sides: 15 %%, other ones every"
            + " time. Bytes are hidden by the id 1, which stands for nothing else.",
        "classification: the labels of texts, from CSV, TSV or JSONL.",
        "duplication: the paper's test of attention, the second half of 0w0w with random words w;"
            + " it needs no --data.",
        "Default: ${DEFAULT-VALUE}."
      })
  private TaskName name;

  @Mixin private LabelledOptions labelled;

  @Mixin private WordOptions words;

  /// The task.
  ///
  /// @throws dev.reformer4j.cli.UserError if options do not go together
  Task task() throws IOException {
    words.check(name);
    if (name != TaskName.CLASSIFICATION) {
      labelled.refuse();
    }
    return switch (name) {
      case CAUSAL -> {
        data.require(name);
        yield new CausalTask(data);
      }
      case MASKED -> {
        data.require(name);
        yield new MaskedTask(data);
      }
      case CLASSIFICATION -> {
        data.require(name);
        yield data.classification(labelled);
      }
      case DUPLICATION -> {
        data.refuse(name);
        yield new DuplicationTask(words.length(), words.symbols());
      }
    };
  }
}
