package dev.reformer4j.layer;

import java.util.function.DoubleUnaryOperator;

/// The definitions of the row-wise layers, written down literally in double precision and never
/// tuned. Rows are `[n][width]`.
public final class Reference {
  private Reference() {}

  /// Parameters of a layer by name, in double precision.
  public interface Numbers {
    /// All numbers of one parameter, row-major.
    double[] of(String name);

    /// Those of a part: names are read behind a prefix.
    default Numbers in(String part) {
      return name -> of(part + "." + name);
    }
  }

  /// `γ · (x − mean) / √(variance + ε) + β`
  public static double[][] layerNorm(double[][] x, Numbers numbers, double epsilon) {
    double[] gamma = numbers.of("weight");
    double[] beta = numbers.of("bias");
    double[][] y = new double[x.length][gamma.length];
    for (int i = 0; i < x.length; i++) {
      double mean = 0;
      for (double number : x[i]) {
        mean += number / gamma.length;
      }
      double variance = 0;
      for (double number : x[i]) {
        variance += (number - mean) * (number - mean) / gamma.length;
      }
      for (int k = 0; k < gamma.length; k++) {
        y[i][k] = gamma[k] * (x[i][k] - mean) / Math.sqrt(variance + epsilon) + beta[k];
      }
    }
    return y;
  }

  /// `W x`, W `[out, in]`.
  public static double[][] dense(double[][] x, double[] weight) {
    int in = x[0].length;
    int out = weight.length / in;
    double[][] y = new double[x.length][out];
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < out; o++) {
        for (int p = 0; p < in; p++) {
          y[i][o] += weight[o * in + p] * x[i][p];
        }
      }
    }
    return y;
  }

  /// `W x + b`
  public static double[][] dense(double[][] x, double[] weight, double[] bias) {
    double[][] y = dense(x, weight);
    for (double[] row : y) {
      for (int o = 0; o < row.length; o++) {
        row[o] += bias[o];
      }
    }
    return y;
  }

  /// `W x + b` with the names of torch.
  public static double[][] dense(double[][] x, Numbers numbers) {
    return dense(x, numbers.of("weight"), numbers.of("bias"));
  }

  /// A function of every number.
  public static double[][] activation(double[][] x, String name) {
    DoubleUnaryOperator f = activation(name);
    double[][] y = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      y[i] = java.util.Arrays.stream(x[i]).map(f).toArray();
    }
    return y;
  }

  private static DoubleUnaryOperator activation(String name) {
    return switch (name) {
      case "relu" -> x -> Math.max(x, 0);
      case "tanh" -> Math::tanh;
      case "silu" -> x -> x / (1 + Math.exp(-x));
      case "gelu_new" ->
          x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// Drops what the draws say: the number k of token i has the address `i · width + k` among those
  /// of its part.
  public static double[][] dropout(double[][] x, String part, double rate, Draws draws) {
    double[][] y = new double[x.length][];
    Draws mine = draws.of(part);
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i].clone();
      for (int k = 0; k < y[i].length && draws.isActive(); k++) {
        boolean dropped = mine.drops((long) i * y[i].length + k, rate);
        y[i][k] = dropped ? 0 : y[i][k] / (1 - rate);
      }
    }
    return y;
  }

  /// `x + y`
  public static double[][] plus(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < sum[i].length; k++) {
        sum[i][k] = x[i][k] + y[i][k];
      }
    }
    return sum;
  }

  /// `[x₁ ; x₂]` for every token.
  public static double[][] beside(double[][] x1, double[][] x2) {
    double[][] both = new double[x1.length][];
    for (int i = 0; i < x1.length; i++) {
      both[i] =
          java.util.stream.DoubleStream.concat(
                  java.util.Arrays.stream(x1[i]), java.util.Arrays.stream(x2[i]))
              .toArray();
    }
    return both;
  }

  /// Columns `[from, to)` of every row.
  public static double[][] columns(double[][] x, int from, int to) {
    double[][] part = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      part[i] = java.util.Arrays.copyOfRange(x[i], from, to);
    }
    return part;
  }

  /// The layers between layer norm and output of a feed-forward branch, under the names of Hugging
  /// Face.
  ///
  /// @param name what all names of the branch begin with, `….`
  public static double[][] feedForward(
      double[][] x,
      String name,
      Numbers all,
      String activation,
      double epsilon,
      double rate,
      Draws draws) {
    Numbers numbers = parameter -> all.of(name + parameter);
    double[][] normal = layerNorm(x, numbers.in("layer_norm"), epsilon);
    double[][] inside = dense(normal, numbers.in("dense.dense"));
    double[][] kept = dropout(inside, name + "dense.dense.", rate, draws);
    double[][] outside = dense(activation(kept, activation), numbers.in("output.dense"));
    return dropout(outside, name + "output.dense.", rate, draws);
  }
}
