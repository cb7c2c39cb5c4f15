package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.Heads;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import dev.reformer4j.model.Transfer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The model that a training begins with.
final class StartOptions {
  /// Of a model that has not learnt anything, where neither it nor the user has another.
  private static final double RATE = 1e-3;

  /// A model that has learnt should not forget that at once.
  private static final double RATE_OF_TUNING = 2e-4;

  @Option(
      names = "--preset",
      paramLabel = "SIZE",
      description = "A new model: tiny, small (default) or base, on bytes, 16,384 positions.")
  private Preset preset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A new model of this config.json, on bytes, or with the vocabulary that lies beside it.")
  private Path config;

  @Option(
      names = "--init",
      paramLabel = "DIR",
      description = "Go on training this model, with its vocabulary.")
  private Path init;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      converter = Numbers.Real.class,
      description =
          "Share of the hidden activations to drop in training. Default: that of the"
              + " configuration, 0 in the presets.")
  private Double dropout;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      converter = Rounds.Converter.class,
      description =
          "Rounds of hashing; exact computes every pair in training, in quadratic time. Default:"
              + " those of the model.")
  private Optional<Rounds> rounds = Optional.empty();

  @Option(
      names = "--rotations",
      paramLabel = "WHOSE",
      description = {
        "What LSH layers hash by in training: the rotations that the model will keep (model), or new"
            + " ones in every step (step), so that it does not depend on any.",
        "Default: model; of the duplication task step, as in the paper."
      })
  private RotationsOf rotations;

  /// Whose rotations a training hashes by.
  enum RotationsOf {
    MODEL,
    STEP
  }

  @Mixin private PositionOptions positions;

  /// What has become of the positions of the model to begin with.
  private String resized = "";

  /// Refuses options that contradict each other.
  void check(Path out) throws IOException {
    if (Stream.of(preset, config, init).filter(option -> option != null).count() > 1) {
      throw new UserError(
          "--preset, --config and --init each name a model to begin with; give one of them");
    }
    if (init != null && Files.exists(out) && Files.exists(init) && Files.isSameFile(init, out)) {
      throw new UserError(
          "--out " + out + " is the model to begin with (--init); choose another directory");
    }
  }

  /// The model, with its first numbers.
  ///
  /// @throws UserError if it is not of the task's kind, or does not fit the heap
  Reformer model(Task task, long seed) throws IOException {
    if (init == null) {
      ReformerConfig wanted = wanted(config(task));
      requireKind(wanted, config, task);
      require(Reformer.declare(wanted));
      return attending(Reformer.create(wanted, seed));
    }
    Reformer declared = Reformer.declare(init);
    Heads.require(init, declared.headKind(), "train", task.beginnings().toArray(HeadKind[]::new));
    ReformerConfig before = declared.config();
    ReformerConfig wanted = wanted(task.fit(before));
    requireKind(wanted, init, task);
    require(Reformer.declare(wanted));
    boolean newHead = task.needsNewHead(before);
    resized = PositionOptions.words(before, wanted);
    Reformer loaded = Reformer.load(init);
    return attending(
        wanted.equals(before) && !newHead ? loaded : Transfer.to(wanted, loaded, newHead, seed));
  }

  private ReformerConfig config(Task task) throws IOException {
    return config != null
        ? task.fit(ReformerConfig.read(config))
        : task.config(Optional.ofNullable(preset));
  }

  private ReformerConfig wanted(ReformerConfig config) {
    ReformerConfigBuilder builder = config.toBuilder();
    if (dropout != null) {
      builder.hiddenDropout(dropout);
    }
    rounds.map(Rounds::count).ifPresent(count -> count.ifPresent(builder::rounds));
    return positions.in(builder.build());
  }

  private Reformer attending(Reformer model) {
    return isExact() ? model.withExactAttention() : model;
  }

  private boolean isExact() {
    return rounds.filter(given -> given.count().isEmpty()).isPresent();
  }

  private static void requireKind(ReformerConfig config, Path source, Task task) {
    if (config.causal() != task.causal()) {
      throw new UserError(
          task.causal()
              ? source
                  + " is bidirectional (is_decoder is false), but train learns to predict the next"
                  + " token; set \"is_decoder\": true"
              : source
                  + " only sees what came before (is_decoder is true), but this task reads both"
                  + " ways; set \"is_decoder\": false");
    }
    boolean other =
        !config.architectures().isEmpty()
            && !config.architectures().contains(task.head().architecture());
    if (other) {
      throw new UserError(
          "%s is of the architecture %s, but train learns a %s; name that, or none"
              .formatted(
                  source, String.join(", ", config.architectures()), task.head().architecture()));
    }
  }

  private static void require(Reformer declared) {
    Heap.require(
        ModelMemory.weights(declared),
        "a model of %,d parameters".formatted(ModelMemory.parameters(declared)),
        "a smaller model");
  }

  /// Where the model's vocabulary is; empty if that is one of bytes, or there is none.
  Optional<Path> vocabulary(Reformer model) {
    if (init != null) {
      return Optional.of(init);
    }
    if (config == null || model.config().vocabularySize() == Vocabulary.bytes().size()) {
      return Optional.empty();
    }
    Path beside = config.toAbsolutePath();
    return Optional.of(Files.isDirectory(beside) ? beside : beside.getParent());
  }

  /// The learning rate where none is given.
  double rate(Task task) {
    if (init != null) {
      return RATE_OF_TUNING;
    }
    return config != null ? RATE : task.rate(Optional.ofNullable(preset));
  }

  /// Whether LSH layers hash by new rotations in every step.
  boolean newRotations(Task task) {
    return !isExact() && (rotations == null ? task.newRotations() : rotations == RotationsOf.STEP);
  }

  /// What a run must have in common with the one that it goes on, as lines; none where everything
  /// is as usual.
  String identity(Task task) {
    return (newRotations(task) ? "rotations: new in every step\n" : "")
        + (isExact() ? "attention: exact\n" : "");
  }

  /// What the model begins as, in a few words.
  String words() {
    String model =
        init != null
            ? "the model " + init + resized
            : config != null
                ? "a new model of " + config
                : "a new model"
                    + Optional.ofNullable(preset)
                        .map(size -> " (preset " + size.name().toLowerCase(Locale.ROOT) + ")")
                        .orElse(" (preset small)");
    return isExact() ? model + " with exact attention" : model;
  }
}
