package dev.reformer4j.cli.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.Session;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j generate`.
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Text that goes on from a prompt, printed as it comes.",
      "Several prompts are gone on from at the same time; each gets what it would get alone."
    },
    footer = {
      "",
      "  reformer4j generate --model enwik8 --prompt 'The moon ' --temperature 0.8",
      "  reformer4j generate --model enwik8 --prompt-file start.txt --session s.r4j"
    })
public final class Generate implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Mixin private Prompts prompts;

  @Mixin private RequestOptions options;

  @Option(
      names = "--session",
      paramLabel = "FILE",
      description =
          "Go on with the text in this file, if there is one, and save it there afterwards, to be"
              + " gone on with.")
  private Optional<Path> session = Optional.empty();

  @Mixin private BiasOption bias;

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print one JSON object at the end, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Generates, prints, and says how fast on standard error.
  @Override
  public Integer call() throws IOException {
    session.ifPresent(Destination::check);
    Reformer reformer = model.load("generate", bias.loadOptions(), HeadKind.LANGUAGE_MODEL);
    try (Vocabulary vocabulary = model.vocabulary(reformer);
        Workers workers = threads.workers()) {
      GenerateRequest request = options.request(reformer.config(), vocabulary);
      prompts.read(vocabulary);
      Generator generator = new Generator(options.nextLogits(reformer, workers), vocabulary);
      List<Session> sessions = sessions(generator);
      ModelMemory.require(reformer, sessions.stream().mapToInt(Session::length).max().orElse(1), 0);
      Generation generation = generate(generator, sessions, request);
      if (session.isPresent()) {
        save(sessions.getFirst());
      }
      spec.commandLine()
          .getErr()
          .println("reformer4j: " + Summary.sentence(generation) + "; seed " + options.seed());
    }
    return 0;
  }

  private List<Session> sessions(Generator generator) throws IOException {
    if (session.isPresent()) {
      return List.of(saved(generator, session.get()));
    }
    if (prompts.count() == 0) {
      throw new UserError(
          "no prompt was given; give --prompt TEXT or --prompt-file FILE, or a --session to go on"
              + " with");
    }
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < prompts.count(); i++) {
      Session begun = generator.newSession();
      prompts.appendTo(begun, i);
      sessions.add(begun);
    }
    return sessions;
  }

  private Session saved(Generator generator, Path file) throws IOException {
    if (prompts.count() > 1) {
      throw new UserError(
          "--session holds one text, but there are %d prompts; give one of them, or a session each"
              .formatted(prompts.count()));
    }
    boolean there = Files.exists(file);
    if (!there && prompts.count() == 0) {
      throw new UserError(
          "--session " + file + " does not exist yet, so a prompt is needed; give --prompt TEXT");
    }
    Session found = there ? generator.restore(file) : generator.newSession();
    if (prompts.count() == 1) {
      prompts.appendTo(found, 0);
    }
    return found;
  }

  private Generation generate(
      Generator generator, List<Session> sessions, GenerateRequest request) {
    List<GenerateRequest> requests = Collections.nCopies(sessions.size(), request);
    PrintWriter out = spec.commandLine().getOut();
    try (Progress reading = Progress.of(spec.commandLine().getErr(), "reading the prompt")) {
      if (json) {
        Generation generation = generator.goOn(sessions, requests, TextListener.none());
        List<String> texts = prompts.count() == 0 ? List.of("") : prompts.texts();
        out.println(Summary.json(texts, generation, options.seed()));
        out.flush();
        return generation;
      }
      TextPrinter printer = new TextPrinter(out, Screen.isTerminal(), headings(sessions.size()));
      printer.begin();
      Runnable firstWord = reading::close;
      Generation generation =
          generator.goOn(
              sessions,
              requests,
              (sequence, piece) -> {
                firstWord.run();
                return printer.onText(sequence, piece);
              });
      printer.end();
      return generation;
    }
  }

  private static List<String> headings(int count) {
    return count == 1
        ? List.of("")
        : IntStream.rangeClosed(1, count).mapToObj(i -> "==> " + i + " <==").toList();
  }

  /// An interrupt has ended the generating, and must not end the saving of what there is.
  private void save(Session grown) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      grown.save(session.orElseThrow());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
