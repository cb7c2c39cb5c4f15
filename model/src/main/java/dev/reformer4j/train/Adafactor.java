package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Adafactor (Shazeer and Stern 2018) without momentum: like Adam, but of the mean square of a
/// matrix of gradients it remembers only the mean of every row and of every column, whose product
/// stands for it. So its memory is a few vectors, where Adam's is two more models.
///
/// As transformers' `Adafactor` with `scale_parameter=False, relative_step=False`: `β₂ = 1 −
/// step^−0.8`, ε₁ = 10⁻³⁰, updates are clipped to a root mean square of 1. A tensor of more than
/// two axes counts as a matrix of its last.
public final class Adafactor implements Optimizer {
  private static final double POWER = -0.8;
  private static final double TINY = 1e-30;
  private static final double CLIP = 1;

  private final double decay;
  private final SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> columns = new LinkedHashMap<>();

  /// @param decay of the weights, decoupled, of matrices alone
  /// @throws IllegalArgumentException if it is negative
  public Adafactor(double decay) {
    Rule.require(decay >= 0, "weight decay", decay, "0 or more");
    this.decay = decay;
  }

  private static int width(Parameter parameter) {
    int[] shape = parameter.shape();
    return shape.length > 1 ? shape[shape.length - 1] : 1;
  }

  @Override
  public void step(Collection<Parameter> parameters, double rate, long step, Workers workers) {
    Parameter[] all = parameters.toArray(Parameter[]::new);
    for (Parameter parameter : all) {
      int width = width(parameter);
      rows.computeIfAbsent(parameter.name(), _ -> Tensor.zeros(parameter.size() / width));
      columns.computeIfAbsent(parameter.name(), _ -> Tensor.zeros(width));
    }
    float beta = (float) (1 - Math.pow(step, POWER));
    // A tensor is one thread's, so that its sums have one order.
    workers.run(all.length, () -> task -> update(all[task], rate, beta));
  }

  private void update(Parameter parameter, double rate, float beta) {
    int width = width(parameter);
    int height = parameter.size() / width;
    float[] g = parameter.gradient().data();
    float[] rowMean = rows.get(parameter.name()).data();
    float[] columnMean = columns.get(parameter.name()).data();
    double[] columnSum = new double[width];
    for (int r = 0; r < height; r++) {
      double sum = 0;
      for (int c = 0; c < width; c++) {
        double square = (double) g[r * width + c] * g[r * width + c] + TINY;
        sum += square;
        columnSum[c] += square;
      }
      rowMean[r] = beta * rowMean[r] + (1 - beta) * (float) (sum / width);
    }
    for (int c = 0; c < width; c++) {
      columnMean[c] = beta * columnMean[c] + (1 - beta) * (float) (columnSum[c] / height);
    }
    apply(parameter, rate, rowMean, columnMean);
    parameter.changed();
  }

  /// `p −= rate · u`, with u the gradient over the root of its mean square, clipped.
  private void apply(Parameter parameter, double rate, float[] rowMean, float[] columnMean) {
    int width = columnMean.length;
    float[] g = parameter.gradient().data();
    float[] p = parameter.value().data();
    double mean = 0;
    for (float row : rowMean) {
      mean += row;
    }
    mean /= rowMean.length;
    float[] inverseColumn = new float[width];
    for (int c = 0; c < width; c++) {
      // A vector has one column, whose mean is that of the rows: each number stands for itself.
      inverseColumn[c] = width == 1 ? 1 : (float) (1 / Math.sqrt(columnMean[c]));
    }
    double squares = 0;
    float[] update = new float[g.length];
    for (int r = 0; r < rowMean.length; r++) {
      double inverseRow = width == 1 ? 1 / Math.sqrt(rowMean[r]) : Math.sqrt(mean / rowMean[r]);
      for (int c = 0; c < width; c++) {
        float u = g[r * width + c] * (float) inverseRow * inverseColumn[c];
        update[r * width + c] = u;
        squares += (double) u * u;
      }
    }
    float scale = (float) (rate / Math.max(1, Math.sqrt(squares / g.length) / CLIP));
    float shrink = parameter.shape().length > 1 ? (float) (1 - rate * decay) : 1;
    for (int i = 0; i < p.length; i++) {
      p[i] = p[i] * shrink - scale * update[i];
    }
  }

  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    rows.forEach((name, tensor) -> state.put(name + ".rows", tensor));
    columns.forEach((name, tensor) -> state.put(name + ".columns", tensor));
    return state;
  }

  @Override
  public void restore(Collection<Parameter> parameters, Map<String, Tensor> state) {
    for (Parameter parameter : parameters) {
      int width = width(parameter);
      String name = parameter.name();
      rows.put(name, Saved.take(state, name + ".rows", parameter.size() / width));
      columns.put(name, Saved.take(state, name + ".columns", width));
    }
  }
}
