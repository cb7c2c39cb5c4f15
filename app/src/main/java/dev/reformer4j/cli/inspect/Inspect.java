package dev.reformer4j.cli.inspect;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j inspect`.
@Command(
    name = "inspect",
    sortOptions = false,
    description = {
      "What a model is: its configuration, the attention of every layer, its parameters, and the"
          + " memory that a length will take.",
      "Reads config.json and the headers of the weights, not the weights."
    })
public final class Inspect implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--length",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description =
          "Tokens, such as 4096 or 64K, for which buckets and memory are given. Default: all"
              + " positions of the model.")
  private Optional<Integer> length = Optional.empty();

  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Looks and prints.
  @Override
  public Integer call() throws IOException {
    Reformer declared = Reformer.declare(model.directory());
    int positions = declared.positions();
    if (length.orElse(0) > positions) {
      throw new UserError(
          "--length %d is more than the %s positions of this model; give at most %d"
              .formatted(length.get(), Say.count(positions), positions));
    }
    ModelFacts facts = ModelFacts.of(model.directory(), declared, length.orElse(positions));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ModelJson(facts).text());
    } else {
      int width = spec.usageMessage().width();
      out.print(new ModelReport(facts, Screen.standard(width)).text());
    }
    out.flush();
    return 0;
  }
}
