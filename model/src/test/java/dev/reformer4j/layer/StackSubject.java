package dev.reformer4j.layer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.layer.Reference.Numbers;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A [ReversibleStack], as `[y₁ ; y₂]` of both streams. Its definition keeps every stream of every
/// block and reverses nothing.
///
/// @param activations how it goes backward
/// @param attention definitions, one for every block
/// @param feedForward likewise
record StackSubject(
    ReversibleStack stack,
    SequencedMap<String, Parameter> parameters,
    int dModel,
    boolean isCausal,
    Activations activations,
    List<BranchSubject.Function> attention,
    List<BranchSubject.Function> feedForward)
    implements Subject {
  @Override
  public Class<?> layer() {
    return stack.getClass();
  }

  @Override
  public List<Integer> inputWidths() {
    return List.of(dModel, dModel);
  }

  @Override
  public int outputWidth() {
    return 2 * dModel;
  }

  @Override
  public boolean isRowWise() {
    return false;
  }

  @Override
  public Tensor forward(List<Tensor> inputs, int n, Pass pass) {
    Tensor stream1 = Subject.copy(inputs.get(0));
    Tensor stream2 = Subject.copy(inputs.get(1));
    stack.forward(stream1, stream2, pass);
    return beside(stream1, stream2);
  }

  @Override
  public List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass) {
    Tensor stream1 = Subject.copy(inputs.get(0));
    Tensor stream2 = Subject.copy(inputs.get(1));
    ReversibleStack.Trail trail = stack.forwardForBackward(stream1, stream2, activations, pass);
    Tensor gradient1 = part(dy, 0);
    Tensor gradient2 = part(dy, 1);
    stack.backward(stream1, stream2, gradient1, gradient2, trail, pass);
    return List.of(gradient1, gradient2);
  }

  @Override
  public Definition definition(List<Tensor> inputs, int n, Pass pass) {
    List<Optional<Hashes>> hashes =
        hashes(Subject.copy(inputs.get(0)), Subject.copy(inputs.get(1)), pass);
    boolean[] real = Subject.real(pass, n);
    return (rows, numbers) -> {
      double[][] x1 = rows.get(0);
      double[][] x2 = rows.get(1);
      for (int i = 0; i < attention.size(); i++) {
        x1 = added(x1, attention.get(i), x2, numbers, hashes.get(i), real, pass);
        x2 = added(x2, feedForward.get(i), x1, numbers, Optional.empty(), real, pass);
      }
      return Reference.beside(x1, x2);
    };
  }

  /// Applies the stack in place.
  ///
  /// @return what hashing decided, per block
  List<Optional<Hashes>> hashes(Tensor stream1, Tensor stream2, Pass pass) {
    ReversibleStack.Trail trail =
        stack.forwardForBackward(stream1, stream2, Activations.REVERSED, pass);
    return ((ReversibleStack.Hashed) trail).hashes();
  }

  private static double[][] added(
      double[][] target,
      BranchSubject.Function f,
      double[][] x,
      Numbers numbers,
      Optional<Hashes> hashes,
      boolean[] real,
      Pass pass) {
    return Reference.plus(target, f.forward(x, numbers, hashes, real, pass.draws()));
  }

  /// `[n, 2 · d]` of two `[n, d]`.
  static Tensor beside(Tensor left, Tensor right) {
    int d = left.dim(1);
    Tensor both = Tensor.zeros(left.dim(0), 2 * d);
    for (int i = 0; i < left.dim(0); i++) {
      System.arraycopy(left.data(), i * d, both.data(), i * 2 * d, d);
      System.arraycopy(right.data(), i * d, both.data(), (i * 2 + 1) * d, d);
    }
    return both;
  }

  /// One half of every row, `[n, d]`.
  static Tensor part(Tensor both, int half) {
    int d = both.dim(1) / 2;
    Tensor part = Tensor.zeros(both.dim(0), d);
    for (int i = 0; i < both.dim(0); i++) {
      System.arraycopy(both.data(), (i * 2 + half) * d, part.data(), i * d, d);
    }
    return part;
  }
}
