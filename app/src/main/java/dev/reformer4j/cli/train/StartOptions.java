package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.Heads;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
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
  /// @throws UserError if it is no causal language model, or does not fit the heap
  Reformer model(long seed) throws IOException {
    if (init == null) {
      ReformerConfig wanted = withDropout(config());
      requireCausal(wanted, config);
      require(Reformer.declare(wanted));
      return Reformer.create(wanted, seed);
    }
    Reformer declared = Reformer.declare(init);
    Heads.require(init, declared.headKind(), "train", HeadKind.LANGUAGE_MODEL);
    requireCausal(declared.config(), init);
    require(declared);
    Reformer loaded = Reformer.load(init);
    if (dropout == null) {
      return loaded;
    }
    Reformer model = Reformer.declare(withDropout(loaded.config()));
    for (Parameter parameter : model.parameters().values()) {
      parameter.fill(loaded.parameters().get(parameter.name()).value());
    }
    return model;
  }

  private ReformerConfig config() throws IOException {
    if (config != null) {
      return ReformerConfig.read(config);
    }
    return Optional.ofNullable(preset).orElse(Preset.SMALL).config();
  }

  private ReformerConfig withDropout(ReformerConfig config) {
    return dropout == null ? config : config.toBuilder().hiddenDropout(dropout).build();
  }

  private static void requireCausal(ReformerConfig config, Path source) {
    if (!config.causal()) {
      throw new UserError(
          source
              + " is bidirectional (is_decoder is false), but train learns to predict the next"
              + " token; set \"is_decoder\": true");
    }
    boolean other =
        !config.architectures().isEmpty()
            && !config.architectures().contains(HeadKind.LANGUAGE_MODEL.architecture());
    if (other) {
      throw new UserError(
          "%s is of the architecture %s, but train learns a %s; name that, or none"
              .formatted(
                  source,
                  String.join(", ", config.architectures()),
                  HeadKind.LANGUAGE_MODEL.architecture()));
    }
  }

  private static void require(Reformer declared) {
    Heap.require(
        ModelMemory.weights(declared),
        "a model of %,d parameters".formatted(ModelMemory.parameters(declared)),
        "a smaller model");
  }

  /// What turns data into ids; to be closed.
  ///
  /// @throws UserError if there is none for the model
  Vocabulary vocabulary(Reformer model) throws IOException {
    int size = model.config().vocabularySize();
    if (init != null) {
      return Vocabulary.load(init, size);
    }
    if (size == Vocabulary.bytes().size()) {
      return Vocabulary.bytes();
    }
    Path beside = config.toAbsolutePath();
    return Vocabulary.load(Files.isDirectory(beside) ? beside : beside.getParent(), size);
  }

  /// The learning rate where none is given.
  double rate() {
    if (init != null) {
      return RATE_OF_TUNING;
    }
    return config != null ? RATE : Optional.ofNullable(preset).orElse(Preset.SMALL).rate();
  }

  /// What the model begins as, in a few words.
  String words() {
    if (init != null) {
      return "the model " + init;
    }
    return config != null
        ? "a new model of " + config
        : "a new model (preset "
            + Optional.ofNullable(preset).orElse(Preset.SMALL).name().toLowerCase(Locale.ROOT)
            + ")";
  }
}
