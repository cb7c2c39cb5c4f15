package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// A [Readout] of both streams.
///
/// @param definition of the layer that reads
record ReadoutSubject(
    Readout readout,
    SequencedMap<String, Parameter> parameters,
    int dModel,
    RowSubject.OfDraws definition)
    implements Subject {
  @Override
  public Class<?> layer() {
    return readout.getClass();
  }

  @Override
  public List<Integer> inputWidths() {
    return List.of(dModel, dModel);
  }

  @Override
  public int outputWidth() {
    return readout.out();
  }

  @Override
  public boolean isRowWise() {
    return true;
  }

  @Override
  public boolean isCausal() {
    return true;
  }

  @Override
  public Tensor forward(List<Tensor> inputs, int n, Pass pass) {
    Tensor result = Tensor.zeros(n, readout.out());
    readout.forward(inputs.get(0), inputs.get(1), 0, result, pass);
    return result;
  }

  /// The loss is `Σ dy · y`, whose gradient is dy whatever was read.
  @Override
  public List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass) {
    List<Tensor> gradients = List.of(Tensor.zeros(n, dModel), Tensor.zeros(n, dModel));
    PanelLoss loss =
        (logits, first, count) -> {
          for (int k = 0; k < readout.out(); k++) {
            for (int i = 0; i < count; i++) {
              logits[k * Kernels.PANEL + i] = dy.data()[(first + i) * readout.out() + k];
            }
          }
          return 0;
        };
    readout.backward(
        inputs.get(0), inputs.get(1), n, loss, gradients.get(0), gradients.get(1), pass);
    return gradients;
  }

  @Override
  public Definition definition(List<Tensor> inputs, int n, Pass pass) {
    return (rows, numbers) ->
        definition.forward(Reference.beside(rows.get(0), rows.get(1)), numbers, pass.draws());
  }
}
