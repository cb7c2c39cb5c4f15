package dev.reformer4j.generate;

import java.util.Locale;

/// How a token is chosen from logits. The steps and their order are those of Hugging Face's
/// `generate`:
///
/// 1. repetition penalty: the logit of every id that the text already holds, prompt included, is
///    divided by it if positive and multiplied by it if negative (Keskar et al. 2019);
/// 2. temperature: logits are divided by it;
/// 3. top-k: ids below the k-th largest logit are out; those equal to it stay;
/// 4. top-p: the least likely ids are out as long as their probabilities together are at most 1 − p
///    (Holtzman et al. 2020);
/// 5. min-p: ids less likely than min-p times the likeliest are out (Nguyen et al. 2024);
/// 6. one of the rest is drawn by its probability.
///
/// Where ids are equally likely, the lowest is preferred. The likeliest id always stays. All
/// arithmetic is in double precision.
///
/// @param temperature 0 is greedy: always the likeliest id, whatever the filters and the seed
/// @param topK 0 for no such filter
/// @param topP 1 for no such filter
/// @param minP 0 for no such filter
/// @param repetitionPenalty above 1 discourages, below 1 encourages; 1 for none
/// @param seed one seed, one text
public record Sampling(
    double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {
  private static final double STRONGEST_PENALTY = 1000;

  /// @throws IllegalArgumentException if a setting is out of its range
  public Sampling {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature is "
              + shown(temperature)
              + ", but must be a finite number from 0 on; 0 always takes the likeliest token, 1"
              + " draws from the model's own probabilities");
    }
    if (topK < 0) {
      throw new IllegalArgumentException(
          "top-k is " + topK + ", but must be at least 1, or 0 to switch it off");
    }
    checkShare("top-p", topP, "1");
    checkShare("min-p", minP, "0");
    if (!(repetitionPenalty >= 1 / STRONGEST_PENALTY && repetitionPenalty <= STRONGEST_PENALTY)) {
      throw new IllegalArgumentException(
          "repetition penalty is "
              + shown(repetitionPenalty)
              + ", but must be from 0.001 to 1000; 1 switches it off, 1.2 is a usual one");
    }
  }

  private static void checkShare(String name, double share, String off) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          name + " is " + shown(share) + ", but must be from 0 to 1; " + off + " switches it off");
    }
  }

  private static String shown(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.format(Locale.ROOT, "%.0f", number)
        : Double.toString(number);
  }

  /// Always the likeliest id.
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0, 1, 0);
  }

  /// Draws from the model's own probabilities.
  public static Sampling random(long seed) {
    return new Sampling(1, 0, 1, 0, 1, seed);
  }

  /// The same with another temperature.
  public Sampling withTemperature(double newTemperature) {
    return new Sampling(newTemperature, topK, topP, minP, repetitionPenalty, seed);
  }

  /// The same with another top-k.
  public Sampling withTopK(int newTopK) {
    return new Sampling(temperature, newTopK, topP, minP, repetitionPenalty, seed);
  }

  /// The same with another top-p.
  public Sampling withTopP(double newTopP) {
    return new Sampling(temperature, topK, newTopP, minP, repetitionPenalty, seed);
  }

  /// The same with another min-p.
  public Sampling withMinP(double newMinP) {
    return new Sampling(temperature, topK, topP, newMinP, repetitionPenalty, seed);
  }

  /// The same with another repetition penalty.
  public Sampling withRepetitionPenalty(double newPenalty) {
    return new Sampling(temperature, topK, topP, minP, newPenalty, seed);
  }

  /// The same with another seed.
  public Sampling withSeed(long newSeed) {
    return new Sampling(temperature, topK, topP, minP, repetitionPenalty, newSeed);
  }

  /// Whether the likeliest id is always taken.
  public boolean isGreedy() {
    return temperature == 0;
  }
}
