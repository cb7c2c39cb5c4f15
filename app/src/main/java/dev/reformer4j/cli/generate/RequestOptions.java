package dev.reformer4j.cli.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/// How tokens are chosen and when a text ends, as options.
public final class RequestOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "256",
      converter = Numbers.Positive.class,
      description = "The most tokens to generate after a prompt. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      converter = Numbers.Real.class,
      description =
          "Below 1 sharpens the model's probabilities, above 1 flattens them; 0 is --greedy."
              + " Default: 1.")
  private Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      converter = Numbers.NotNegative.class,
      description = "Draw from the K likeliest tokens only; 0 is from all. Default: 0.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      converter = Numbers.Real.class,
      description =
          "Draw from the likeliest tokens that make up this share of the probability. Default: 1.")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      converter = Numbers.Real.class,
      description = "Leave out tokens less likely than this times the likeliest. Default: 0.")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1",
      converter = Numbers.Real.class,
      description = "Above 1 makes tokens that the text holds already less likely. Default: 1.")
  private double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      converter = Numbers.Seed.class,
      description = "Seed of what is drawn: the same seed, the same text. Default: 0.")
  private long seed;

  @Option(names = "--greedy", description = "Always take the likeliest token.")
  private boolean greedy;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text, in which \\n is a line break; may be given repeatedly.")
  private List<String> stop = List.of();

  @Option(
      names = "--exact-decode",
      description =
          "Read the whole text again for every token. Slow; with chunked attention, whose chunks"
              + " later tokens move, it is what the model means by definition, and what is"
              + " remembered only comes near. With sliding attention both are the same.")
  private boolean exactDecode;

  /// The seed of what is drawn.
  long seed() {
    return seed;
  }

  /// The model as it is to be asked.
  public NextLogits nextLogits(Reformer model, Workers workers) {
    return exactDecode
        ? NextLogits.recomputing(model, workers)
        : NextLogits.remembering(model, workers);
  }

  /// What is asked for.
  ///
  /// @throws IllegalArgumentException if an option is out of its range
  public GenerateRequest request(ReformerConfig config, Vocabulary vocabulary) {
    if (greedy && temperature.orElse(0.0) != 0) {
      throw new UserError(
          "--greedy and --temperature %s contradict each other; give one of them"
              .formatted(temperature.orElseThrow()));
    }
    Sampling sampling =
        new Sampling(
            greedy ? 0 : temperature.orElse(1.0), topK, topP, minP, repetitionPenalty, seed);
    Set<Integer> ends = new HashSet<>(config.eosIds());
    vocabulary.eosId().ifPresent(ends::add);
    List<String> stops = stop.stream().map(RequestOptions::unescaped).toList();
    return GenerateRequest.of(sampling, maxNewTokens).withStopStrings(stops).withEndIds(ends);
  }

  /// A text in which a line break and a tab can be written as in Java: a shell's quotes keep `\n`
  /// as two characters.
  public static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\t", "\t");
  }
}
