package dev.reformer4j.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The functions between the two halves of a feed-forward, by the names that Hugging Face gives
/// them (`hidden_act`). Those of its list that carry parameters of their own are missing.
///
/// Plain loops over IEEE operations, which the compiler turns into vectors by itself: there is one
/// version, and it has the same bits everywhere (see [Elementary]). NaN stays NaN.
public enum Activation {
  /// `x`
  LINEAR("linear") {
    @Override
    public void apply(float[] x, int from, int to) {}

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {}
  },

  /// `max(x, 0)`
  RELU("relu") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] = Math.max(x[i], 0);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        dy[i] = x[i] > 0 ? dy[i] : 0;
      }
    }
  },

  /// `max(x, 0)²`
  RELU2("relu2") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        float positive = Math.max(x[i], 0);
        x[i] = positive * positive;
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        dy[i] *= 2 * Math.max(x[i], 0);
      }
    }
  },

  /// `min(max(x, 0), 6)`
  RELU6("relu6") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] = Math.min(Math.max(x[i], 0), 6);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        dy[i] = x[i] > 0 && x[i] < 6 ? dy[i] : 0;
      }
    }
  },

  /// x, or `x / 100` below 0
  LEAKY_RELU("leaky_relu") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] = Math.max(x[i], 0) + 0.01f * Math.min(x[i], 0);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        dy[i] = x[i] > 0 ? dy[i] : 0.01f * dy[i];
      }
    }
  },

  /// `x · Φ(x)` (Hendrycks and Gimpel 2016), right to 2 units in the last place of x
  GELU("gelu", "gelu_python") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] *= Elementary.normal(x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float cut = Math.min(20, Math.max(-20, x[i])); // beyond, the slope is 0 or 1
        dy[i] *= Math.fma(cut, Elementary.normalDensity(cut), Elementary.normal(cut));
      }
    }
  },

  /// GELU by tanh, `½x · (1 + tanh u)` with `u = √(2/π) · (x + 0.044715 x³)`, which is `x · σ(2u)`
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] *= Elementary.sigmoid(twiceU(x[i]));
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float cut = Math.min(20, Math.max(-20, x[i])); // beyond, the slope is 0 or 1
        float s = Elementary.sigmoid(twiceU(cut));
        float inner = TWICE_ROOT * Math.fma(3 * CUBE * cut, cut, 1);
        dy[i] *= Math.fma(cut * s * (1 - s), inner, s);
      }
    }

    private static final float CUBE = 0.044715f;
    private static final float TWICE_ROOT = (float) (2 * Math.sqrt(2 / Math.PI));

    private static float twiceU(float x) {
      return TWICE_ROOT * x * Math.fma(CUBE * x, x, 1);
    }
  },

  /// `x · σ(1.702 x)`
  QUICK_GELU("quick_gelu") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] *= Elementary.sigmoid(1.702f * x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float s = Elementary.sigmoid(1.702f * x[i]);
        dy[i] *= Math.fma(x[i], 1.702f * (s * (1 - s)), s);
      }
    }
  },

  /// `x · σ(x)`
  SILU("silu", "swish") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] *= Elementary.sigmoid(x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float s = Elementary.sigmoid(x[i]);
        dy[i] *= Math.fma(x[i], s * (1 - s), s);
      }
    }
  },

  /// `x · tanh(ln(1 + eˣ))`, which is `x · r / (r + 2)` with `r = eˣ (eˣ + 2)`
  MISH("mish") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] *= tanhOfSoftplus(x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float t = tanhOfSoftplus(x[i]);
        dy[i] *= Math.fma(x[i] * Elementary.sigmoid(x[i]), 1 - t * t, t);
      }
    }

    private static float tanhOfSoftplus(float x) {
      float power = Elementary.exp(Math.min(x, 20)); // beyond 20 the quotient is 1
      float r = power * (power + 2);
      return r / (r + 2);
    }
  },

  /// `tanh x`
  TANH("tanh") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] = Elementary.tanh(x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float t = Elementary.tanh(x[i]);
        dy[i] *= 1 - t * t;
      }
    }
  },

  /// `σ(x) = 1 / (1 + e⁻ˣ)`
  SIGMOID("sigmoid") {
    @Override
    public void apply(float[] x, int from, int to) {
      for (int i = from; i < to; i++) {
        x[i] = Elementary.sigmoid(x[i]);
      }
    }

    @Override
    public void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float s = Elementary.sigmoid(x[i]);
        dy[i] *= s * (1 - s);
      }
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /// Puts `f(x)` in the place of every x in `[from, to)`: a panel, rows of one, or a vector.
  public abstract void apply(float[] x, int from, int to);

  /// Multiplies a gradient by the slope, `dy[i] *= f′(x[i])`, for i in `[from, to)`.
  ///
  /// @param x what [#apply] was given, not what it made of it
  public abstract void gradient(float[] x, float[] dy, int from, int to);

  /// The names that mean it in a configuration; the first is the one to write.
  public List<String> names() {
    return names;
  }

  /// The activation of a name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Activation named(String name) {
    for (Activation activation : values()) {
      if (activation.names.contains(name)) {
        return activation;
      }
    }
    String known =
        Arrays.stream(values())
            .flatMap(activation -> activation.names.stream())
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "there is no activation \"" + name + "\" here; use one of " + known);
  }
}
