package dev.reformer4j.cli.read;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.generate.Scorer;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j score`.
@Command(
    name = "score",
    sortOptions = false,
    description = {
      "How well a language model foresees a text: bits per byte and per token.",
      "A text longer than the window is read in several that overlap by half; every token but the"
          + " first of the text is scored once."
    })
public final class Score implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Text file in UTF-8.")
  private Path file;

  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description = "Tokens that are read at once. Default: all positions of the model.")
  private Optional<Integer> window = Optional.empty();

  @Mixin private BiasOption bias;

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Reads, scores and prints.
  @Override
  public Integer call() throws IOException {
    String text = TextFile.read(file);
    if (text.isEmpty()) {
      throw new UserError(file + " is empty, and nothing can be scored; give some text");
    }
    Reformer reformer = model.load("score", bias.loadOptions(), HeadKind.LANGUAGE_MODEL);
    int read = window.orElse(reformer.positions());
    if (read > reformer.positions() || read < 2) {
      throw new UserError(
          "--window %d is not from 2 to %d, the positions of this model; give one that is"
              .formatted(read, reformer.positions()));
    }
    // No vocabulary makes more tokens than there are bytes, but for a few special ones.
    int most = (int) Math.min(read, 4L * text.length() + 8);
    ModelMemory.require(reformer, most, 0);
    dev.reformer4j.generate.Score score;
    try (Vocabulary vocabulary = model.vocabulary(reformer);
        Progress _ = Progress.of(spec.commandLine().getErr(), "scoring " + file);
        Workers workers = threads.workers()) {
      score = Scorer.of(reformer, vocabulary, read, workers).score(text);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(score) : line(score));
    out.flush();
    return 0;
  }

  private static String line(dev.reformer4j.generate.Score score) {
    return String.format(
        Locale.ROOT,
        "%.4f bits per byte, %.4f bits per token, perplexity %.2f; %s tokens, %s bytes",
        score.bitsPerByte(),
        score.bitsPerToken(),
        score.perplexity(),
        Say.count(score.tokens()),
        Say.count(score.bytes()));
  }

  private static String json(dev.reformer4j.generate.Score score) {
    return JsonText.object(json -> {
      json.writeNumberProperty("bitsPerByte", score.bitsPerByte());
      json.writeNumberProperty("bitsPerToken", score.bitsPerToken());
      json.writeNumberProperty("perplexity", score.perplexity());
      json.writeNumberProperty("tokens", score.tokens());
      json.writeNumberProperty("bytes", score.bytes());
    });
  }
}
