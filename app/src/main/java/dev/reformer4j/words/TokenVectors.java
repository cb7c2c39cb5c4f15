package dev.reformer4j.words;

import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// One vector a token: its word's, and a little of its neighbours', so that the same word in
/// another sentence is another token. They stand in for the queries, keys and values that a trained
/// layer would project.
public final class TokenVectors {
  /// Neighbours on either side that colour a token, and how fast their influence falls.
  private static final int REACH = 2;

  private static final double FALL = 0.35;

  /// What is left of the own weight of the commonest words, which then speak mostly for their
  /// neighbours.
  private static final double LEAST_OWN = 0.4;

  private final float[] rows;
  private final int n;
  private final int width;

  private TokenVectors(float[] rows, int n, int width) {
    this.rows = rows;
    this.n = n;
    this.width = width;
  }

  /// The tokens of a text.
  ///
  /// @param tokens word numbers, in the order of the text
  public static TokenVectors of(int[] tokens, WordVectors words) {
    int width = words.width();
    float[] rows = new float[Math.multiplyExact(tokens.length, width)];
    for (int t = 0; t < tokens.length; t++) {
      double own = LEAST_OWN + (1 - LEAST_OWN) * words.rarity(tokens[t]);
      words.addTo(rows, t * width, tokens[t], own);
      double influence = 1;
      for (int distance = 1; distance <= REACH; distance++) {
        influence *= FALL;
        for (int u : new int[] {t - distance, t + distance}) {
          if (u >= 0 && u < tokens.length) {
            words.addTo(rows, t * width, tokens[u], influence * words.rarity(tokens[u]));
          }
        }
      }
      scale(rows, t * width, width, 1);
    }
    return new TokenVectors(rows, tokens.length, width);
  }

  /// One head: the vectors themselves, all of length `sharpness`, which is then the largest logit
  /// there can be.
  ///
  /// @return `[1, n, width]`
  public Tensor oneHead(double sharpness) {
    float[] head = rows.clone();
    for (int t = 0; t < n; t++) {
      scale(head, t * width, width, sharpness);
    }
    return Tensor.of(head, 1, n, width);
  }

  /// Several heads, each another random projection of the vectors, all of length `sharpness`.
  ///
  /// @return `[heads, n, width]`
  public Tensor heads(int heads, double sharpness, long seed) {
    Tensor all = Tensor.zeros(heads, n, width);
    for (int head = 0; head < heads; head++) {
      float[] projection = projection(seed * heads + head);
      for (int t = 0; t < n; t++) {
        int at = (head * n + t) * width;
        project(rows, t * width, projection, all.data(), at);
        scale(all.data(), at, width, sharpness);
      }
    }
    return all;
  }

  private float[] projection(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] projection = new float[width * width];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) random.nextGaussian();
    }
    return projection;
  }

  private void project(float[] from, int at, float[] projection, float[] to, int toAt) {
    for (int e = 0; e < width; e++) {
      float x = from[at + e];
      for (int j = 0; j < width; j++) {
        to[toAt + j] += x * projection[e * width + j];
      }
    }
  }

  private static void scale(float[] rows, int at, int width, double length) {
    double sum = 0;
    for (int e = 0; e < width; e++) {
      sum += (double) rows[at + e] * rows[at + e];
    }
    float scale = (float) (sum == 0 ? 0 : length / Math.sqrt(sum));
    for (int e = 0; e < width; e++) {
      rows[at + e] *= scale;
    }
  }
}
