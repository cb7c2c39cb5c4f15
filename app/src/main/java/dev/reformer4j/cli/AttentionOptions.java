package dev.reformer4j.cli;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What defines an LSH attention, as options that several commands share (a picocli mixin).
///
/// What is not given is taken from a configuration that the command names; the numbers in the help
/// are those of [LshConfig#defaults()].
public final class AttentionOptions {
  private static final long DEFAULT_SEED = 0;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = Numbers.Rounds.class,
      description = "Rounds of hashing. Default: 4.")
  private Optional<Integer> rounds = Optional.empty();

  @Option(
      names = "--buckets",
      paramLabel = "B",
      description =
          "Buckets of a round: an even number, even factors such as 32x64, or auto. Default: auto.")
  private Optional<String> buckets = Optional.empty();

  @Option(
      names = "--chunk",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Consecutive tokens in bucket order that attend to each other. Default: 64.")
  private Optional<Integer> chunk = Optional.empty();

  @Option(
      names = "--before",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      description = "Chunks before its own that a query sees. Default: 1.")
  private Optional<Integer> before = Optional.empty();

  @Option(
      names = "--after",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      description = "Chunks after its own that a query sees. Default: 0.")
  private Optional<Integer> after = Optional.empty();

  @Option(names = "--causal", description = "A query sees no key after its own position.")
  private boolean causal;

  @Option(
      names = "--chunking",
      paramLabel = "KIND",
      converter = ChunkingName.class,
      description = {
        "chunked: cut the bucket order into chunks, as trax and Hugging Face do.",
        "sliding: see the last tokens of the same bucket. Default: chunked."
      })
  private Optional<Chunking> chunking = Optional.empty();

  @Option(
      names = "--mask-other-buckets",
      description = "Give keys of other buckets no weight, as in the paper.")
  private boolean maskOtherBuckets;

  @Option(
      names = "--count-once",
      description = "Count a key that is met in several rounds once, as in the paper.")
  private boolean countOnce;

  @Option(
      names = "--seed",
      paramLabel = "S",
      converter = Numbers.Seed.class,
      description = "Seed of the random rotations. Default: 0.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--torch-seed",
      paramLabel = "S",
      converter = Numbers.Seed.class,
      description = "Draw the rotations as Hugging Face does with this hash_seed.")
  private Optional<Long> torchSeed = Optional.empty();

  /// The attention asked for.
  ///
  /// @throws IllegalArgumentException if the options contradict each other
  public LshConfig config() {
    return config(LshConfig.defaults());
  }

  /// The attention asked for.
  ///
  /// @param usual what holds where nothing was asked for
  /// @throws IllegalArgumentException if the options contradict each other
  public LshConfig config(LshConfig usual) {
    return new LshConfig(
        rounds.orElse(usual.rounds()),
        buckets.map(Buckets::parse).orElse(usual.buckets()),
        chunk.orElse(usual.chunk()),
        before.orElse(usual.before()),
        after.orElse(usual.after()),
        causal || usual.causal(),
        chunking.orElse(usual.chunking()),
        maskOtherBuckets || usual.maskOtherBuckets(),
        countOnce || usual.countOnce());
  }

  /// The rotations asked for.
  ///
  /// @throws UserError if both kinds of seed were given
  public Rotations rotations() {
    if (seed.isPresent() && torchSeed.isPresent()) {
      throw new UserError("--seed and --torch-seed were both given; give one of them");
    }
    return torchSeed.map(Rotations::torch).orElseGet(() -> Rotations.seeded(seed()));
  }

  /// The seed of everything random besides torch's rotations.
  public long seed() {
    return seed.orElse(DEFAULT_SEED);
  }

  /// Checks that nothing was asked for that means nothing without hashing: all but `--causal`.
  ///
  /// @param why the option that turns hashing off, such as `--exact`
  /// @throws UserError if something was
  public void refuseHashing(String why) {
    List<String> given = new ArrayList<>();
    rounds.ifPresent(_ -> given.add("--rounds"));
    buckets.ifPresent(_ -> given.add("--buckets"));
    chunk.ifPresent(_ -> given.add("--chunk"));
    before.ifPresent(_ -> given.add("--before"));
    after.ifPresent(_ -> given.add("--after"));
    chunking.ifPresent(_ -> given.add("--chunking"));
    if (maskOtherBuckets) {
      given.add("--mask-other-buckets");
    }
    if (countOnce) {
      given.add("--count-once");
    }
    seed.ifPresent(_ -> given.add("--seed"));
    torchSeed.ifPresent(_ -> given.add("--torch-seed"));
    if (!given.isEmpty()) {
      throw new UserError(
          String.join(", ", given)
              + (given.size() == 1 ? " has" : " have")
              + " no meaning with "
              + why
              + ", which computes every pair and hashes nothing; drop one or the other");
    }
  }

  /// Whether any seed was given, which an input that brings its own rotations contradicts.
  public boolean isSeedGiven() {
    return seed.isPresent() || torchSeed.isPresent();
  }

  /// `chunked` or `sliding`.
  static final class ChunkingName implements ITypeConverter<Chunking> {
    @Override
    public Chunking convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "chunked" -> Chunking.CHUNKED;
        case "sliding" -> Chunking.SLIDING;
        default ->
            throw new TypeConversionException(
                "'" + text + "' is neither 'chunked' nor 'sliding'; give one of them");
      };
    }
  }
}
