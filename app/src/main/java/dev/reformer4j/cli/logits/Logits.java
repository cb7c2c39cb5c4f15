package dev.reformer4j.cli.logits;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.cli.model.Sequences;
import dev.reformer4j.model.Encoded;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j logits`.
@Command(
    name = "logits",
    sortOptions = false,
    description = "What a model says of sequences of ids, as tensors in a file.",
    footer = {
      "",
      "Output, by the model's head: logits [batch, n, vocabulary] of language models,",
      "logits [batch, labels] of classification, start and end [batch, n] of question",
      "answering; with --hidden also last_hidden_state [batch, n, 2 x model width].",
      "n is the longest length; shorter sequences are computed alone and end with",
      "zeros, and lengths [batch] (int32) says how long each is.",
      "",
      "  echo '[[82, 103, 102], [34]]' > ids.json",
      "  reformer4j logits --model enwik8 --ids ids.json --out y.safetensors"
    })
public final class Logits implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      required = true,
      description = "JSON file: an array with an array of ids for every sequence.")
  private Path ids;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Safetensors file to write.")
  private Path out;

  @Option(names = "--hidden", description = "Write the last hidden state too.")
  private boolean hidden;

  @Mixin private BiasOption bias;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Reads, computes, writes, and says what was done on standard error. What is read off one
  /// sequence; empty tensors where it is not wanted.
  private record Read(Tensor logits, Tensor hidden) {}

  @Override
  public Integer call() throws IOException {
    Destination.check(out, List.of(ids));
    Reformer reformer = model.load("logits", bias.loadOptions(), HeadKind.values());
    boolean headless = reformer.headKind() == HeadKind.NONE;
    if (headless && !hidden) {
      throw new UserError(
          model.directory()
              + " is a ReformerModel, which has no head and so no logits; give --hidden for its"
              + " last hidden state");
    }
    List<int[]> rows = IdsFile.read(ids, reformer.config().vocabularySize(), reformer.positions());
    long start = System.nanoTime();
    LogitsFile file = new LogitsFile(rows);
    require(reformer, rows);
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "computing " + subject(rows));
        Workers workers = threads.workers()) {
      List<Read> results =
          Sequences.map(
              rows,
              workers,
              (row, own) -> {
                Encoded encoded = reformer.encode(row, own);
                return new Read(
                    headless ? Tensor.zeros(0) : encoded.logits(),
                    hidden ? encoded.hidden() : Tensor.zeros(0));
              });
      if (!headless) {
        file.addLogits(reformer.headKind(), results.stream().map(Read::logits).toList());
      }
      if (hidden) {
        file.add("last_hidden_state", results.stream().map(Read::hidden).toList());
      }
    }
    file.writer().write(out);
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.commandLine()
        .getErr()
        .println(
            "reformer4j: %s: %s, %s tokens/s; wrote %s"
                .formatted(
                    subject(rows),
                    Say.seconds(seconds),
                    Say.count(Math.round(tokens(rows) / seconds)),
                    out));
    return 0;
  }

  /// Refuses what the heap or an array cannot hold: every result is there twice, by itself and in
  /// its batch.
  private void require(Reformer reformer, List<int[]> rows) {
    int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
    double each = ModelMemory.resultSize(reformer, longest);
    double wide = hidden ? ModelMemory.hiddenSize(reformer, longest) : 0;
    if (reformer.headKind().speaks()) {
      LogitsFile.requireArray("logits", rows.size(), longest, reformer.config().vocabularySize());
    }
    if (hidden) {
      LogitsFile.requireArray(
          "last_hidden_state", rows.size(), longest, 2 * reformer.config().dModel());
    }
    Heap.require(
        ModelMemory.of(reformer, longest).peak() + 2.0 * Float.BYTES * rows.size() * (each + wide),
        "computing " + subject(rows),
        "fewer or shorter sequences at a time");
  }

  private static long tokens(List<int[]> rows) {
    return rows.stream().mapToLong(row -> row.length).sum();
  }

  private static String subject(List<int[]> rows) {
    return "%s %s, %s tokens"
        .formatted(
            Say.count(rows.size()),
            rows.size() == 1 ? "sequence" : "sequences",
            Say.count(tokens(rows)));
  }
}
