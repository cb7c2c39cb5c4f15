package dev.reformer4j.words;

import java.util.Arrays;
import java.util.SplittableRandom;

/// One vector of unit length a word: words that keep the same company point the same way.
public final class WordVectors {
  /// Half a word's weight in a context is gone where it makes up this share of a text ("smooth
  /// inverse frequency", Arora, Liang and Ma 2017): "the" says little about its neighbours.
  private static final double COMMON = 1e-3;

  private final float[] rows;
  private final int width;
  private final double[] rarity;

  private WordVectors(float[] rows, int width, double[] rarity) {
    this.rows = rows;
    this.width = width;
    this.rarity = rarity;
  }

  /// Learns the vectors of all words of a vocabulary from a text.
  ///
  /// @param tokens word numbers, in the order of the text
  /// @param vocabulary what the numbers mean
  /// @param width numbers a vector
  /// @throws IllegalArgumentException if the text is empty
  public static WordVectors learn(int[] tokens, Vocabulary vocabulary, int width, long seed) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException(
          "the text holds no word to learn from; give one with words");
    }
    int[] counts = vocabulary.counts(tokens);
    float[] rows = TruncatedSvd.embed(CoOccurrence.of(tokens, counts), width, seed);
    centre(rows, counts, width);
    for (int word = 0; word < counts.length; word++) {
      makeUnit(rows, word, width, new SplittableRandom(seed + word));
    }
    double[] rarity = new double[counts.length];
    for (int word = 0; word < counts.length; word++) {
      rarity[word] = COMMON / (COMMON + (double) counts[word] / tokens.length);
    }
    return new WordVectors(rows, width, rarity);
  }

  /// Takes away the mean, which all words share and which therefore says nothing; angles then
  /// spread over all directions, and buckets fill evenly.
  private static void centre(float[] rows, int[] counts, int width) {
    double[] mean = new double[width];
    double all = 0;
    for (int word = 0; word < counts.length; word++) {
      double weight = Math.sqrt(counts[word]);
      all += weight;
      for (int e = 0; e < width; e++) {
        mean[e] += weight * rows[word * width + e];
      }
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] -= (float) (mean[i % width] / all);
    }
  }

  /// A word without company (the only one of its text) gets a direction by lot.
  private static void makeUnit(float[] rows, int word, int width, SplittableRandom lot) {
    double norm = norm(rows, word, width);
    if (norm < 1e-6) {
      for (int e = 0; e < width; e++) {
        rows[word * width + e] = (float) lot.nextGaussian();
      }
      norm = norm(rows, word, width);
    }
    for (int e = 0; e < width; e++) {
      rows[word * width + e] /= (float) norm;
    }
  }

  private static double norm(float[] rows, int word, int width) {
    double sum = 0;
    for (int e = 0; e < width; e++) {
      sum += (double) rows[word * width + e] * rows[word * width + e];
    }
    return Math.sqrt(sum);
  }

  /// The same with directions by lot for words that are not among those learnt from. They are as
  /// rare as a word can be.
  ///
  /// @param all how many words there are then; those learnt come first
  WordVectors withStrangers(int all, long seed) {
    float[] more = Arrays.copyOf(rows, all * width);
    double[] rarer = Arrays.copyOf(rarity, all);
    for (int word = rarity.length; word < all; word++) {
      makeUnit(more, word, width, new SplittableRandom(seed + word));
      rarer[word] = 1;
    }
    return new WordVectors(more, width, rarer);
  }

  /// Numbers a vector.
  public int width() {
    return width;
  }

  /// From near 0 for the commonest words to near 1 for the rarest.
  double rarity(int word) {
    return rarity[word];
  }

  /// The cosine of the angle between two words.
  public double similarity(int one, int other) {
    double dot = 0;
    for (int e = 0; e < width; e++) {
      dot += (double) rows[one * width + e] * rows[other * width + e];
    }
    return dot;
  }

  /// Adds a multiple of a word's vector to a row of other numbers.
  void addTo(float[] target, int at, int word, double scale) {
    for (int e = 0; e < width; e++) {
      target[at + e] += (float) (scale * rows[word * width + e]);
    }
  }
}
