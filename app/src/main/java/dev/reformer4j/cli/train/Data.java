package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.table.LabelledOptions;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.ByteVocabulary;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.IdFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j data`.
@Command(
    name = "data",
    sortOptions = false,
    description = {
      "What a training would read: how many files, bytes and tokens, or labels.",
      "With --out texts are turned into ids once. train and eval take the file as --data; it is"
          + " mapped and not read, so that it may be larger than memory."
    },
    footer = {
      "",
      "  reformer4j data --data novels/",
      "  reformer4j data --data novels/ --model model --out novels.ids",
      "  reformer4j data --task classification --data reviews.csv"
    })
public final class Data implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      required = true,
      description = "Files, and directories of them.")
  private List<Path> data = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Whose vocabulary turns texts into ids. Default: every byte is one id.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the ids, for train --data and eval --data with this vocabulary.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "causal",
      description =
          "causal or masked: texts; classification: labelled texts. Default: ${DEFAULT-VALUE}.")
  private TaskName task;

  @Mixin private LabelledOptions labelled;

  @Option(names = "--json", description = "Print one JSON object, and nothing else.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Counts, and writes what is asked for.
  @Override
  public Integer call() throws IOException {
    if (task == TaskName.DUPLICATION) {
      throw new UserError("task duplication makes its own data; there is nothing to count");
    }
    List<Path> files = DataFiles.of("--data", data);
    PrintWriter answer = spec.commandLine().getOut();
    try (Vocabulary vocabulary = vocabulary()) {
      if (task == TaskName.CLASSIFICATION) {
        if (out.isPresent()) {
          throw new UserError(
              "--out is for texts, and labelled ones are read as they are; leave it out");
        }
        Labels labels = Labels.of(labelled.read(files), vocabulary);
        answer.print(json ? labels.json() + "\n" : labels.text());
      } else {
        labelled.refuse();
        answer.print(counted(files, vocabulary));
      }
    }
    answer.flush();
    return 0;
  }

  private Vocabulary vocabulary() throws IOException {
    return model.isPresent()
        ? Vocabulary.load(model.get(), ReformerConfig.read(model.get()).vocabularySize())
        : Vocabulary.bytes();
  }

  private String counted(List<Path> files, Vocabulary vocabulary) throws IOException {
    long begun = System.nanoTime();
    Corpus.Counts counts;
    if (out.isPresent()) {
      if (vocabulary instanceof ByteVocabulary) {
        throw new UserError(
            "bytes are ids already, and train maps files of them as they are; leave out --out, or"
                + " name the --model whose vocabulary is meant");
      }
      Destination.check(out.get(), files);
    }
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "turning texts into ids")) {
      counts =
          vocabulary instanceof ByteVocabulary
              ? bytes(files)
              : out.isPresent()
                  ? IdFile.write(out.get(), files, vocabulary)
                  : Corpus.count(files, vocabulary);
    }
    double seconds = (System.nanoTime() - begun) * 1e-9;
    return json ? json(counts, vocabulary, seconds) : text(counts, vocabulary, seconds);
  }

  /// Bytes may be anything, lines or not, so only they are counted.
  private static Corpus.Counts bytes(List<Path> files) throws IOException {
    long all = 0;
    long longest = 0;
    for (Path file : files) {
      all += Files.size(file);
      longest = Math.max(longest, Files.size(file));
    }
    return new Corpus.Counts(files.size(), all, all, 0, 0, longest);
  }

  private String text(Corpus.Counts counts, Vocabulary vocabulary, double seconds) {
    StringBuilder lines = new StringBuilder();
    row(lines, "files", Say.count(counts.files()));
    row(lines, "bytes", Say.count(counts.bytes()));
    row(lines, "tokens", Say.count(counts.ids()) + " (" + vocabulary.kind() + ")");
    row(lines, "tokens per byte", Say.figures(counts.ids() / (double) counts.bytes()));
    if (vocabulary.unknownId().isPresent()) {
      row(
          lines,
          "unknown tokens",
          String.format(
              Locale.ROOT,
              "%,d (%.2f %%)",
              counts.unknown(),
              100.0 * counts.unknown() / Math.max(1, counts.ids())));
    }
    row(lines, "longest file", Say.count(counts.longestFile()) + " tokens");
    if (counts.longestLine() > 0) {
      row(lines, "longest line", Say.count(counts.longestLine()) + " characters");
    }
    row(lines, "time", Say.seconds(seconds));
    out.ifPresent(file -> row(lines, "written to", file.toString()));
    return lines.toString();
  }

  private static void row(StringBuilder lines, String name, String value) {
    lines.append(String.format(Locale.ROOT, "%-16s%s%n", name, value));
  }

  private String json(Corpus.Counts counts, Vocabulary vocabulary, double seconds) {
    return JsonText.object(json -> {
      json.writeNumberProperty("files", counts.files());
      json.writeNumberProperty("bytes", counts.bytes());
      json.writeNumberProperty("tokens", counts.ids());
      json.writeStringProperty("vocabulary", vocabulary.kind());
      if (vocabulary.unknownId().isPresent()) {
        json.writeNumberProperty("unknown", counts.unknown());
      }
      json.writeNumberProperty("longest_file", counts.longestFile());
      if (counts.longestLine() > 0) {
        json.writeNumberProperty("longest_line", counts.longestLine());
      }
      json.writeNumberProperty("seconds", seconds);
    })
        + "\n";
  }
}
