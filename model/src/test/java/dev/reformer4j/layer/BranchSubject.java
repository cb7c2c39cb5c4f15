package dev.reformer4j.layer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.layer.Reference.Numbers;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A [Branch], as `y = target + f(x)` of x and target.
///
/// @param definition of f
record BranchSubject(
    Branch branch,
    SequencedMap<String, Parameter> parameters,
    int dModel,
    boolean isCausal,
    Function definition)
    implements Subject {
  /// The definition of f, with what hashing decided.
  interface Function {
    double[][] forward(
        double[][] x, Numbers parameters, Optional<Hashes> hashes, boolean[] real, Draws draws);
  }

  @Override
  public Class<?> layer() {
    return branch.getClass();
  }

  @Override
  public List<Integer> inputWidths() {
    return List.of(dModel, dModel);
  }

  @Override
  public int outputWidth() {
    return dModel;
  }

  @Override
  public boolean isRowWise() {
    return branch instanceof FeedForward;
  }

  @Override
  public Tensor forward(List<Tensor> inputs, int n, Pass pass) {
    Tensor target = Subject.copy(inputs.get(1));
    branch.addTo(inputs.get(0), target, pass);
    return target;
  }

  @Override
  public List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass) {
    Tensor target = Subject.copy(inputs.get(1));
    Optional<Hashes> hashes = branch.addTo(inputs.get(0), target, pass);
    Tensor dx = Tensor.zeros(n, dModel);
    branch.undo(inputs.get(0), hashes, target, dy, dx, pass);
    return List.of(dx, dy);
  }

  @Override
  public Definition definition(List<Tensor> inputs, int n, Pass pass) {
    Tensor target = Subject.copy(inputs.get(1));
    Optional<Hashes> hashes = branch.addTo(inputs.get(0), target, pass);
    boolean[] real = Subject.real(pass, n);
    return (rows, numbers) ->
        Reference.plus(
            rows.get(1), definition.forward(rows.get(0), numbers, hashes, real, pass.draws()));
  }
}
