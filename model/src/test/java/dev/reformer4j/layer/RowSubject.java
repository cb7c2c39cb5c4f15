package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels.RowMode;
import dev.reformer4j.layer.Reference.Numbers;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// A [RowLayer], applied to a sequence as the branches apply theirs: block by block, on all
/// threads.
///
/// @param definition of the pass's draws
record RowSubject(RowLayer row, SequencedMap<String, Parameter> parameters, OfDraws definition)
    implements Subject {
  /// A definition for the draws of a pass.
  interface OfDraws {
    double[][] forward(double[][] x, Numbers parameters, Draws draws);
  }

  @Override
  public Class<?> layer() {
    return row.getClass();
  }

  @Override
  public List<Integer> inputWidths() {
    return List.of(row.in());
  }

  @Override
  public int outputWidth() {
    return row.out();
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
    Tensor y = Tensor.zeros(n, row.out());
    Rows from = Rows.plain(inputs.getFirst());
    Rows to = Rows.plain(y);
    Blocks.forEach(
        n,
        pass.workers(),
        () -> {
          PanelMover mover = new PanelMover();
          RowLayer.Work work = row.work();
          float[] panel = new float[Kernels.panelSize(row.in())];
          return (first, count) -> {
            mover.load(from, first, count, panel, 0);
            work.begin(pass.draws(), first);
            mover.store(work.forward(panel, count), to, first, count, RowMode.STORE);
          };
        });
    return y;
  }

  @Override
  public List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass) {
    Tensor dx = Tensor.zeros(n, row.in());
    Rows from = Rows.plain(inputs.getFirst());
    Rows gradient = Rows.plain(dy);
    Rows to = Rows.plain(dx);
    Blocks.backward(
        n,
        pass,
        () -> {
          PanelMover mover = new PanelMover();
          RowLayer.Work work = row.work();
          float[] panel = new float[Kernels.panelSize(row.in())];
          float[] dyPanel = new float[Kernels.panelSize(row.out())];
          return (first, count, sums) -> {
            mover.load(from, first, count, panel, 0);
            mover.load(gradient, first, count, dyPanel, 0);
            work.begin(pass.draws(), first);
            work.forward(panel, count);
            float[] result = work.backward(panel, dyPanel, count, sums);
            mover.store(result, to, first, count, RowMode.STORE);
          };
        });
    return List.of(dx);
  }

  @Override
  public Definition definition(List<Tensor> inputs, int n, Pass pass) {
    return (rows, numbers) -> definition.forward(rows.getFirst(), numbers, pass.draws());
  }
}
