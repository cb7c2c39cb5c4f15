package dev.reformer4j.layer;

import dev.reformer4j.layer.Reference.Numbers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/// One layer under test, seen as a function of a whole sequence, `n` rows to `n` rows, with its
/// gradients and its definition. Whatever a layer is, a law is stated over this once.
interface Subject {
  /// The class that is tested.
  Class<?> layer();

  /// Its parameters, which have numbers.
  SequencedMap<String, Parameter> parameters();

  /// Numbers per token of each input; empty if a sequence begins here.
  List<Integer> inputWidths();

  /// Numbers per token of the result.
  int outputWidth();

  /// Whether a token's result depends on that token alone.
  boolean isRowWise();

  /// Whether a token's result depends on no later token.
  boolean isCausal();

  /// Applies the layer; the inputs stay as they are.
  ///
  /// @param inputs `[n, width]` each
  /// @return `[n, outputWidth]`
  Tensor forward(List<Tensor> inputs, int n, Pass pass);

  /// Goes backward; the gradients of the parameters accumulate, inputs and dy stay as they are.
  ///
  /// @param dy `[n, outputWidth]`
  /// @return the gradient of each input
  List<Tensor> backward(List<Tensor> inputs, int n, Tensor dy, Pass pass);

  /// The layer's definition, with what hashing decided for these inputs.
  Definition definition(List<Tensor> inputs, int n, Pass pass);

  /// A function in double precision.
  interface Definition {
    /// Applies it.
    ///
    /// @param inputs `[n][width]` each
    double[][] forward(List<double[][]> inputs, Numbers parameters);
  }

  /// A matrix in double precision, `[n][width]`.
  static double[][] rows(Tensor tensor) {
    double[][] rows = new double[tensor.dim(0)][tensor.dim(1)];
    for (int i = 0; i < tensor.size(); i++) {
      rows[i / tensor.dim(1)][i % tensor.dim(1)] = tensor.data()[i];
    }
    return rows;
  }

  static Tensor copy(Tensor tensor) {
    return Tensor.of(tensor.data().clone(), tensor.shape());
  }

  /// All tokens real, if a pass does not say otherwise.
  static boolean[] real(Pass pass, int n) {
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    return pass.mask().orElse(all);
  }
}
