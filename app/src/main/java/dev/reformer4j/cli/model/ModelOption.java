package dev.reformer4j.cli.model;

import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Say;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option `--model`, and the way from there to a model in memory.
public final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = {
        "Directory of a model as save_pretrained writes it: config.json, the weights, and the"
            + " files of the vocabulary, if it has one.",
        "Default: a small one that comes with this program and continues texts byte by byte."
      })
  private Optional<Path> given = Optional.empty();

  /// Where the model is.
  public Path directory() {
    return given.orElseGet(ShippedModel::directory);
  }

  /// Whether the user named one.
  public boolean isGiven() {
    return given.isPresent();
  }

  /// Loads the model with its numbers, if it suits the command and fits the heap: both are known
  /// before any of them is read.
  ///
  /// @param fitting the heads that the command can work with
  /// @throws dev.reformer4j.cli.UserError if it has another head, or does not fit the heap
  public Reformer load(String command, LoadOptions options, HeadKind... fitting)
      throws IOException {
    Reformer declared = Reformer.declare(directory());
    Heads.require(directory(), declared.headKind(), command, fitting);
    return load(directory(), declared, options);
  }

  /// Loads a model with its numbers, if it fits the heap.
  ///
  /// @param declared the model of that directory
  /// @throws dev.reformer4j.cli.UserError if it does not fit
  public static Reformer load(Path directory, Reformer declared, LoadOptions options)
      throws IOException {
    Heap.require(ModelMemory.weights(declared), subject(directory, declared), "a smaller model");
    return Reformer.load(directory, options);
  }

  /// The model as the subject of a sentence about its size.
  public static String subject(Path directory, Reformer model) {
    return "the model "
        + directory
        + " of "
        + Say.count(ModelMemory.parameters(model))
        + " parameters";
  }

  /// The vocabulary of a model from the same directory; to be closed.
  public Vocabulary vocabulary(Reformer model) throws IOException {
    return Vocabulary.load(directory(), model.config().vocabularySize());
  }
}
