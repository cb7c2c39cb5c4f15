package dev.reformer4j.cli.read;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.cli.model.Sequences;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j classify`.
@Command(
    name = "classify",
    sortOptions = false,
    description = "Labels and their probabilities, for a text or the lines of a file.",
    footer = {
      "",
      "Prints a line for every text, likeliest label first; a model with one label",
      "gives a number instead of a probability (regression).",
      "",
      "  reformer4j classify --model reviews --text 'An excellent soup.'"
    })
public final class Classify implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text; may be given repeatedly.")
  private List<String> texts = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Text file in UTF-8, one text a line.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--truncate",
      description = "Of a text too long for the model read the beginning.")
  private boolean truncate;

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print a JSON object for every text, one a line, and nothing else.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Reads, computes and prints.
  @Override
  public Integer call() throws IOException {
    List<String> lines = lines();
    Reformer reformer = model.load("classify", LoadOptions.defaults(), HeadKind.CLASSIFICATION);
    List<int[]> ids;
    try (Vocabulary vocabulary = model.vocabulary(reformer)) {
      ids = new Texts(vocabulary, reformer.positions(), truncate).ids(lines);
    }
    ModelMemory.require(
        reformer, ids.stream().mapToInt(line -> line.length).max().orElseThrow(), 0);
    PrintWriter out = spec.commandLine().getOut();
    try (Progress _ =
            Progress.of(
                spec.commandLine().getErr(), "reading " + Say.count(ids.size()) + " texts");
        Workers workers = threads.workers()) {
      for (Tensor logits : Sequences.map(ids, workers, reformer::logits)) {
        out.println(line(reformer.config().labels(), logits.data()));
      }
    }
    out.flush();
    return 0;
  }

  private List<String> lines() throws IOException {
    if (file.isPresent() == !texts.isEmpty()) {
      throw new UserError(
          file.isPresent()
              ? "--text and --file were both given; give one of them"
              : "no text was given; give --text TEXT, or --file with a text in every line");
    }
    return file.isPresent() ? Texts.lines(file.get()) : texts;
  }

  private String line(List<String> labels, float[] logits) {
    double[] values = labels.size() == 1 ? new double[] {logits[0]} : Probabilities.softmax(logits);
    List<Integer> order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer label) -> -values[label]))
            .toList();
    return json ? json(labels, values, order) : text(labels, values, order);
  }

  private static String text(List<String> labels, double[] values, List<Integer> order) {
    return order.stream()
        .map(label -> labels.get(label) + " " + String.format(Locale.ROOT, "%.4f", values[label]))
        .collect(Collectors.joining("  "));
  }

  private static String json(List<String> labels, double[] values, List<Integer> order) {
    return JsonText.object(json -> {
      json.writeStringProperty("label", labels.get(order.getFirst()));
      json.writeName(labels.size() == 1 ? "values" : "probabilities").writeStartObject();
      for (int label : order) {
        json.writeNumberProperty(labels.get(label), values[label]);
      }
      json.writeEndObject();
    });
  }
}
