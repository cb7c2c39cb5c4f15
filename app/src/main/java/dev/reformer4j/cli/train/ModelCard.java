package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Version;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.train.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// `README.md` of a model that was trained here: what it is, what it has learnt from, how well, and
/// how to use it.
///
/// @param directory of the model
/// @param model what was trained
/// @param task what it was taught
/// @param lessons what it has learnt from
/// @param start what it began as
/// @param command the command line that trained it
/// @param length tokens of a sequence in training
record ModelCard(
    Path directory,
    Reformer model,
    CardWords task,
    Lessons lessons,
    String start,
    List<String> command,
    int length) {

  /// Files that are named; of more, their number is enough.
  private static final int MOST_FILES = 20;

  /// Writes it, whole or not at all.
  ///
  /// @param steps done
  /// @param evaluation of this very model
  void write(long steps, long allSteps, Optional<Evaluation> evaluation)
      throws TensorFileException {
    String name = String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    String text =
        """
        ---
        library_name: reformer4j
        pipeline_tag: %s
        tags:
        - reformer
        ---

        # %s

        A Reformer %s of %s parameters on %s, trained by %s.

        %s

        | | |
        | --- | --- |
        | layers | %s |
        | width, heads × size, feed-forward | %d, %d × %d, %d |
        | positions | %s |
        | LSH | rounds %d, chunk %d, %s |

        ## Training

        It began as %s and took %s of %s steps over sequences of %s tokens. Data: %s%s

        ```sh
        %s
        ```

        `metrics.jsonl` has loss and speed of every step and every evaluation, and
        `report.html` shows them.

        ## Use

        ```sh
        %s
        ```

        %s
        """
            .formatted(
                task.tag(),
                name,
                task.kind(),
                Say.count(ModelMemory.parameters(model)),
                lessons.reads(),
                new Version().getVersion()[0],
                heldOut(steps, evaluation),
                model.config().layers().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(", ")),
                model.config().dModel(),
                model.config().heads(),
                model.config().headSize(),
                model.config().feedForwardSize(),
                Say.count(model.positions()),
                model.config().rounds(),
                model.config().lshChunk(),
                model.config().chunking().name().toLowerCase(Locale.ROOT),
                start,
                Say.count(steps),
                Say.count(allSteps),
                Say.count(length),
                lessons.words(),
                files(),
                typed(),
                usage(name),
                huggingFace());
    AtomicFile.writeText(directory.resolve("README.md"), text);
  }

  private String heldOut(long steps, Optional<Evaluation> evaluation) {
    Optional<Evaluation> of = evaluation.filter(found -> found.positions() > 0);
    if (of.isEmpty()) {
      return "It was not evaluated on %s that it has not learnt from.".formatted(task.heldOut());
    }
    Evaluation found = of.get();
    Measure measure = lessons.heldOutMeasure();
    return String.format(
        Locale.ROOT,
        "**%.4f %s** on %s that it has not learnt from (after step %s; %.1f %% of %s %ss right, in"
            + " sequences of at most %s tokens).",
        measure.bits(found.loss()),
        measure.name(),
        task.heldOut(),
        Say.count(steps),
        100 * found.accuracy(),
        Say.count(found.positions()),
        measure.position(),
        Say.count(length));
  }

  private String usage(String name) {
    return task.usage().stream()
        .map(line -> line.formatted(quoted(name)))
        .collect(Collectors.joining("\n"));
  }

  private String files() {
    List<Path> files = lessons.files();
    if (files.isEmpty()) {
      return ".";
    }
    String listed =
        files.stream()
            .limit(MOST_FILES)
            .map(file -> "- `" + file.getFileName() + "`")
            .collect(Collectors.joining("\n"));
    int more = files.size() - MOST_FILES;
    return ", from\n\n" + listed + (more > 0 ? "\n- and " + Say.count(more) + " more" : "");
  }

  /// The command line, as a shell takes it.
  String typed() {
    return "reformer4j " + command.stream().map(ModelCard::quoted).collect(Collectors.joining(" "));
  }

  /// An argument as a shell takes it.
  private static String quoted(String argument) {
    return argument.matches("[\\w@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  private String huggingFace() {
    ReformerConfig config = model.config();
    String loads =
        "Hugging Face loads it (`%s.from_pretrained`, transformers)."
            .formatted(model.headKind().architecture());
    if (config.chunking() == Chunking.CHUNKED) {
      return loads;
    }
    return loads
        + """
         It runs there with chunked
        attention, though: a token sees the tokens of its chunk of the bucket order and the chunk before, where here it
        sees the last ones of its own bucket. So its numbers there are others. transformers 5 also leaves
        `lm_head.bias` out of the logits.\
        """;
  }
}
