package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;

/// A layer that begins a sequence: [Positions] alone, or [Embeddings] of ids.
///
/// @param id the id of the token at a position
/// @param definition the vector of a token at a position, before dropout
record StartSubject(
    Class<?> layer,
    Starting starting,
    SequencedMap<String, Parameter> parameters,
    int dModel,
    IntUnaryOperator id,
    OfToken definition,
    double rate,
    String name)
    implements Subject {
  /// What begins.
  interface Starting {
    void forward(int[] ids, Tensor rows, Pass pass);

    void backward(int[] ids, Tensor gradient, Pass pass);
  }

  /// The vector of one token.
  interface OfToken {
    double[] at(int position, int id, Reference.Numbers parameters);
  }

  static Starting of(Positions positions) {
    return new Starting() {
      @Override
      public void forward(int[] ids, Tensor rows, Pass pass) {
        for (int i = 0; i < ids.length; i++) {
          positions.addTo(i, rows.data(), i * rows.dim(1));
        }
      }

      @Override
      public void backward(int[] ids, Tensor gradient, Pass pass) {
        for (int i = 0; i < ids.length; i++) {
          positions.backward(i, gradient.data(), i * gradient.dim(1));
        }
      }
    };
  }

  StartSubject(
      Class<?> layer,
      Starting starting,
      SequencedMap<String, Parameter> parameters,
      int dModel,
      IntUnaryOperator id,
      OfToken definition) {
    this(layer, starting, parameters, dModel, id, definition, 0, "");
  }

  int[] ids(int n) {
    return java.util.stream.IntStream.range(0, n).map(id).toArray();
  }

  @Override
  public List<Integer> inputWidths() {
    return List.of();
  }

  @Override
  public int outputWidth() {
    return dModel;
  }

  @Override
  public boolean isRowWise() {
    return false; // a token alone would stand at position 0
  }

  @Override
  public boolean isCausal() {
    return true;
  }

  @Override
  public Tensor forward(List<Tensor> inputs, int n, Pass pass) {
    Tensor rows = Tensor.zeros(n, dModel);
    starting.forward(ids(n), rows, pass);
    return rows;
  }

  @Override
  public List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass) {
    starting.backward(ids(n), Subject.copy(dy), pass);
    return List.of();
  }

  @Override
  public Definition definition(List<Tensor> inputs, int n, Pass pass) {
    return (none, numbers) -> {
      double[][] rows = new double[n][];
      for (int i = 0; i < n; i++) {
        rows[i] = definition.at(i, id.applyAsInt(i), numbers);
      }
      return Reference.dropout(rows, name, rate, pass.draws());
    };
  }
}
