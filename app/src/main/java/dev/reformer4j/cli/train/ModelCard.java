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
/// @param vocabulary what it reads, such as `bytes`
/// @param data what it has learnt from
/// @param start what it began as
/// @param command the command line that trained it
/// @param length tokens of a sequence in training
record ModelCard(
    Path directory,
    Reformer model,
    String vocabulary,
    TrainingData data,
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
        pipeline_tag: text-generation
        tags:
        - reformer
        ---

        # %s

        A Reformer language model of %s parameters on %s, trained by %s.

        %s

        | | |
        | --- | --- |
        | layers | %s |
        | width, heads × size, feed-forward | %d, %d × %d, %d |
        | positions | %s |
        | LSH | rounds %d, chunk %d, %s |

        ## Training

        It began as %s and took %s of %s steps over sequences of %s tokens. Data: %s, from

        %s

        ```sh
        %s
        ```

        `metrics.jsonl` has loss and speed of every step and every evaluation.

        ## Use

        ```sh
        reformer4j generate --model %s --prompt 'It was '
        reformer4j eval --model %s --data FILE
        ```

        %s
        """
            .formatted(
                name,
                Say.count(ModelMemory.parameters(model)),
                vocabulary,
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
                data.words(),
                files(),
                typed(),
                name,
                name,
                huggingFace());
    AtomicFile.writeText(directory.resolve("README.md"), text);
  }

  private String heldOut(long steps, Optional<Evaluation> evaluation) {
    if (evaluation.isEmpty() || data.heldOut().isEmpty()) {
      return "It was not evaluated on text that it has not learnt from.";
    }
    Evaluation found = evaluation.get();
    return String.format(
        Locale.ROOT,
        "**%.4f bits per byte** on text that it has not learnt from (after step %s; %.1f %% of"
            + " %s tokens foretold right, in sequences of %s).",
        data.heldOutBitsPerByte(found),
        Say.count(steps),
        100 * found.accuracy(),
        Say.count(found.positions()),
        Say.count(Math.min(length, data.heldOut().get().length() - 1)));
  }

  private String files() {
    String listed =
        data.files().stream()
            .limit(MOST_FILES)
            .map(file -> "- `" + file.getFileName() + "`")
            .collect(Collectors.joining("\n"));
    int more = data.files().size() - MOST_FILES;
    return more > 0 ? listed + "\n- and " + Say.count(more) + " more" : listed;
  }

  private String typed() {
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
        "Hugging Face loads it (`ReformerModelWithLMHead.from_pretrained`, transformers).";
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
