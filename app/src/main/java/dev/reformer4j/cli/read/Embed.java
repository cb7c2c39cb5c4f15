package dev.reformer4j.cli.read;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.cli.model.Sequences;
import dev.reformer4j.generate.Pooling;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `reformer4j embed`.
@Command(
    name = "embed",
    sortOptions = false,
    description = "Vectors for the lines of a text file: the model's last hidden state.",
    footer = {
      "",
      "Output: [lines, 2 x model width], or with --pool none [lines, n, 2 x model width],",
      "where n is the longest line and shorter ones end with zeros. An .npy file holds",
      "that array; a .safetensors file holds it as embeddings, and lengths [lines].",
      "",
      "  reformer4j embed --model enwik8 --file lines.txt --out e.npy"
    })
public final class Embed implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Text file in UTF-8, one text a line.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "File to write, .npy or .safetensors.")
  private Path out;

  @Option(
      names = "--pool",
      paramLabel = "KIND",
      defaultValue = "mean",
      converter = PoolingName.class,
      description = {
        "mean: of all tokens of the line. first: of its first token, which in a causal model has"
            + " seen nothing else. none: every token by itself. Default: ${DEFAULT-VALUE}."
      })
  private Pooling pooling;

  @Option(
      names = "--truncate",
      description = "Of a line too long for the model read the beginning.")
  private boolean truncate;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Reads, computes, writes, and says what was done on standard error.
  @Override
  public Integer call() throws IOException {
    Destination.check(out, List.of(file));
    boolean npy = isNpy();
    List<String> lines = Texts.lines(file);
    Reformer reformer = model.load("embed", LoadOptions.defaults(), HeadKind.values());
    List<int[]> ids;
    try (Vocabulary vocabulary = model.vocabulary(reformer)) {
      ids = new Texts(vocabulary, reformer.positions(), truncate).ids(lines);
    }
    Tensor embeddings = compute(reformer, ids);
    int[] lengths = ids.stream().mapToInt(line -> line.length).toArray();
    if (npy) {
      Npy.write(out, embeddings);
    } else {
      new SafetensorsWriter()
          .add("embeddings", embeddings)
          .add("lengths", lengths, lengths.length)
          .write(out);
    }
    spec.commandLine().getErr().println("reformer4j: wrote %s: %s".formatted(out, embeddings));
    return 0;
  }

  private boolean isNpy() {
    String name = out.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".npy") && !name.endsWith(".safetensors")) {
      throw new UserError(
          "--out " + out + " ends with neither .npy nor .safetensors; name one of these");
    }
    return name.endsWith(".npy");
  }

  private Tensor compute(Reformer reformer, List<int[]> ids) {
    int longest = ids.stream().mapToInt(line -> line.length).max().orElseThrow();
    int width = 2 * reformer.config().dModel();
    double numbers = (double) ids.size() * width * (pooling == Pooling.TOKENS ? longest : 1);
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new UserError(
          "the vectors of %s lines would be %.0f numbers, more than the 2147483639 of one array; give fewer lines at a time, or a --pool other than none"
              .formatted(Say.count(ids.size()), numbers));
    }
    ModelMemory.require(
        reformer,
        longest,
        Float.BYTES * (2 * numbers + threads.count() * ModelMemory.hiddenSize(reformer, longest)));
    try (Progress _ =
            Progress.of(
                spec.commandLine().getErr(), "reading " + Say.count(ids.size()) + " lines");
        Workers workers = threads.workers()) {
      List<Tensor> pooled =
          Sequences.map(ids, workers, (line, own) -> pooling.of(reformer.hidden(line, own)));
      return stacked(pooled, longest, width);
    }
  }

  private Tensor stacked(List<Tensor> pooled, int longest, int width) {
    boolean perToken = pooling == Pooling.TOKENS;
    Tensor all =
        perToken ? Tensor.zeros(pooled.size(), longest, width) : Tensor.zeros(pooled.size(), width);
    int stride = all.size() / pooled.size();
    for (int line = 0; line < pooled.size(); line++) {
      Tensor one = pooled.get(line);
      System.arraycopy(one.data(), 0, all.data(), line * stride, one.size());
    }
    return all;
  }

  /// `mean`, `first` or `none`.
  static final class PoolingName implements ITypeConverter<Pooling> {
    @Override
    public Pooling convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "mean" -> Pooling.MEAN;
        case "first" -> Pooling.FIRST;
        case "none" -> Pooling.TOKENS;
        default ->
            throw new TypeConversionException(
                "'" + text + "' is none of mean, first and none; give one of them");
      };
    }
  }
}
