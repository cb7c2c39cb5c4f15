package dev.reformer4j.cli.chat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.generate.RequestOptions;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.Session;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j chat`.
@Command(
    name = "chat",
    sortOptions = false,
    description = {
      "Writes a text with a model in turns: what you type is added to the text, and the model goes"
          + " on with it.",
      "Ctrl-C stops an answer, Ctrl-D leaves, /help shows what else there is."
    },
    footer = {
      "",
      "A model that was trained on dialogues needs their form:",
      "  reformer4j chat --model m --before 'A: ' --after '\\nB: ' --stop '\\nA:'"
    })
public final class Chat implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--session",
      paramLabel = "FILE",
      description = "Go on with the text in this file, if there is one, and save it when leaving.")
  private Optional<Path> session = Optional.empty();

  @Option(
      names = "--before",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What is put before a line of yours; \\n is a line break. Default: nothing.")
  private String before;

  @Option(
      names = "--after",
      paramLabel = "TEXT",
      defaultValue = "\\n",
      description = "What is put after a line of yours. Default: a line break.")
  private String after;

  @Mixin private RequestOptions options;

  @Mixin private BiasOption bias;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Takes turns until the user leaves.
  @Override
  public Integer call() throws IOException {
    session.ifPresent(Destination::check);
    Reformer reformer = model.load("chat", bias.loadOptions(), HeadKind.LANGUAGE_MODEL);
    try (Vocabulary vocabulary = model.vocabulary(reformer);
        Workers workers = threads.workers();
        LineSource lines = Screen.isTerminal() ? new EditedLines() : new PlainLines(System.in)) {
      Generator generator = new Generator(options.nextLogits(reformer, workers), vocabulary);
      Session found = begin(generator);
      Conversation conversation =
          new Conversation(
              generator,
              found,
              options.request(reformer.config(), vocabulary),
              new Conversation.Turns(
                  RequestOptions.unescaped(before), RequestOptions.unescaped(after)),
              lines,
              spec.commandLine().getOut(),
              spec.commandLine().getErr(),
              Screen.isTerminal());
      Session grown = conversation.run();
      if (session.isPresent() && grown.length() > 0) {
        grown.save(session.get());
      }
    }
    return 0;
  }

  private Session begin(Generator generator) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (session.isPresent() && Files.exists(session.get())) {
      Session found = generator.restore(session.get());
      err.println("reformer4j: going on after " + Say.count(found.length()) + " tokens");
      return found;
    }
    if (Screen.isTerminal()) {
      err.println("reformer4j: Ctrl-C stops an answer, Ctrl-D leaves, /help shows more");
    }
    return generator.newSession();
  }
}
