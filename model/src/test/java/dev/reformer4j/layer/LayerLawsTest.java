package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every layer of the catalogue.
class LayerLawsTest {
  /// More than the spans that gradients are summed in, with a short last block.
  private static final int LONG = 18 * 64 + 5;

  /// Beside the borders of blocks and vectors.
  private static final int[] LENGTHS = {1, 2, 15, 16, 17, 63, 64, 65, 129, 200};

  static Stream<Named<Subject>> layers() {
    return Catalogue.all();
  }

  static Stream<Named<Subject>> causal() {
    return Catalogue.all().filter(named -> named.getPayload().isCausal());
  }

  static Stream<Named<Subject>> rowWise() {
    return Catalogue.all().filter(named -> named.getPayload().isRowWise());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theResultDoesNotDependOnThreads(Subject subject) {
    for (int n : new int[] {65, LONG}) {
      List<Tensor> inputs = Passes.inputs(subject, n, 1);
      Tensor dy = Passes.outputGradient(subject, n);
      for (Draws draws : List.of(Draws.NONE, Draws.of(1, 2, 3))) {
        Outcome alone = Outcome.of(subject, inputs, n, dy, Passes.INFERENCE.withDraws(draws));
        for (int threads : new int[] {1, 2, 3, 8}) {
          try (Workers workers = Workers.of(threads)) {
            Pass pass = Pass.over(workers).withDraws(draws);
            alone.sameBits(Outcome.of(subject, inputs, n, dy, pass));
          }
        }
      }
    }
  }

  /// All that a layer gives: its result, the gradients of its inputs and those of its parameters.
  private record Outcome(Tensor result, List<Tensor> inputs, Map<String, Tensor> parameters) {
    static Outcome of(Subject subject, List<Tensor> inputs, int n, Tensor dy, Pass pass) {
      Passes.clearGradients(subject);
      Tensor result = subject.forward(inputs, n, pass);
      List<Tensor> gradients = subject.backward(inputs, n, dy, pass);
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      subject
          .parameters()
          .forEach((name, parameter) -> parameters.put(name, Subject.copy(parameter.gradient())));
      return new Outcome(result, gradients, parameters);
    }

    void sameBits(Outcome other) {
      Passes.sameBits("result", result, other.result);
      for (int i = 0; i < inputs.size(); i++) {
        Passes.sameBits("gradient of input " + i, inputs.get(i), other.inputs.get(i));
      }
      parameters.forEach((name, tensor) ->
          Passes.sameBits("gradient of " + name, tensor, other.parameters.get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void inputsAndParametersStayAsTheyAre(Subject subject) {
    int n = 70;
    List<Tensor> inputs = Passes.inputs(subject, n, 2);
    Tensor dy = Passes.outputGradient(subject, n);
    List<Tensor> before = inputs.stream().map(Subject::copy).toList();
    List<Tensor> values =
        subject.parameters().values().stream().map(p -> Subject.copy(p.value())).toList();

    subject.forward(inputs, n, Passes.TRAINING);
    subject.backward(inputs, n, dy, Passes.TRAINING);

    for (int i = 0; i < inputs.size(); i++) {
      Passes.sameBits("input " + i, before.get(i), inputs.get(i));
    }
    int at = 0;
    for (Parameter parameter : subject.parameters().values()) {
      Passes.sameBits(parameter.name(), values.get(at++), parameter.value());
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsOfParametersAccumulate(Subject subject) {
    int n = 70;
    List<Tensor> inputs = Passes.inputs(subject, n, 3);
    Tensor dy = Passes.outputGradient(subject, n);
    Map<String, Tensor> once = Outcome.of(subject, inputs, n, dy, Passes.TRAINING).parameters();

    subject.backward(inputs, n, dy, Passes.TRAINING);

    subject
        .parameters()
        .forEach((name, parameter) -> {
          Tensor twice = Subject.copy(once.get(name));
          for (int i = 0; i < twice.size(); i++) {
            twice.data()[i] *= 2;
          }
          Passes.near("gradient of " + name, twice, parameter.gradient(), 1e-5);
        });
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatWasSavedComputesTheSame(Subject subject, @TempDir Path directory) throws Exception {
    int n = 66;
    List<Tensor> inputs = Passes.inputs(subject, n, 4);
    Tensor dy = Passes.outputGradient(subject, n);
    Outcome before = Outcome.of(subject, inputs, n, dy, Passes.INFERENCE);
    SequencedMap<String, Tensor> values = new LinkedHashMap<>();
    subject.parameters().forEach((name, p) -> values.put(name, p.value()));
    Checkpoint.write(directory, values, DType.F32, Long.MAX_VALUE);

    // In between it is another one, which it must not remember.
    for (Parameter parameter : subject.parameters().values()) {
      parameter.fill(Tensor.zeros(parameter.shape()));
    }
    Tensor other = subject.forward(inputs, n, Passes.INFERENCE);
    subject.backward(inputs, n, dy, Passes.INFERENCE);
    try (Weights weights = Checkpoint.open(directory)) {
      for (Parameter parameter : subject.parameters().values()) {
        parameter.fill(weights.floats(parameter.name()));
      }
    }

    before.sameBits(Outcome.of(subject, inputs, n, dy, Passes.INFERENCE));
    if (!subject.parameters().isEmpty()) {
      assertThat(other.data()).isNotEqualTo(before.result().data());
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aParameterChangedInPlaceIsNoticed(Subject subject) {
    int n = 3;
    List<Tensor> inputs = Passes.inputs(subject, n, 5);
    Tensor dy = Passes.outputGradient(subject, n);
    Outcome.of(subject, inputs, n, dy, Passes.INFERENCE);

    for (Parameter parameter : subject.parameters().values()) {
      for (int i = 0; i < parameter.size(); i++) {
        parameter.value().data()[i] += 0.25f;
      }
      parameter.changed();
    }
    Outcome changed = Outcome.of(subject, inputs, n, dy, Passes.INFERENCE);

    for (Parameter parameter : subject.parameters().values()) {
      parameter.fill(Subject.copy(parameter.value()));
    }
    changed.sameBits(Outcome.of(subject, inputs, n, dy, Passes.INFERENCE));
    double[][] expected =
        subject
            .definition(inputs, n, Passes.INFERENCE)
            .forward(
                inputs.stream().map(Subject::rows).toList(),
                name -> doubles(subject.parameters().get(name).value()));
    for (int i = 0; i < changed.result().size(); i++) {
      double wanted = expected[i / subject.outputWidth()][i % subject.outputWidth()];
      Passes.near("number " + i, wanted, changed.result().data()[i], 1e-4);
    }
  }

  private static double[] doubles(Tensor tensor) {
    double[] doubles = new double[tensor.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = tensor.data()[i];
    }
    return doubles;
  }

  @ParameterizedTest
  @MethodSource("causal")
  void aPrefixDoesNotNoticeWhatFollows(Subject subject) {
    List<Tensor> inputs = Passes.inputs(subject, 200, 6);
    for (Draws draws : List.of(Draws.NONE, Draws.of(1, 2, 3))) {
      Pass pass = Passes.INFERENCE.withDraws(draws);
      Tensor whole = subject.forward(inputs, 200, pass);
      for (int n : LENGTHS) {
        List<Tensor> prefix = inputs.stream().map(input -> tokens(input, 0, n)).toList();
        Passes.sameRows("first " + n, whole, subject.forward(prefix, n, pass), n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rowWise")
  void aTokenIsWhatItIsAlone(Subject subject) {
    List<Tensor> inputs = Passes.inputs(subject, 200, 7);
    Tensor whole = subject.forward(inputs, 200, Passes.INFERENCE);
    for (int token = 0; token < 200; token++) {
      int first = token;
      List<Tensor> alone = inputs.stream().map(input -> tokens(input, first, first + 1)).toList();
      Tensor result = subject.forward(alone, 1, Passes.INFERENCE);
      Passes.sameBits("token " + token, tokens(whole, token, token + 1), result);
    }
  }

  @ParameterizedTest
  @MethodSource("rowWise")
  void tokensMayStandInAnyBlock(Subject subject) {
    List<Tensor> inputs = Passes.inputs(subject, 200, 8);
    Tensor whole = subject.forward(inputs, 200, Passes.INFERENCE);
    for (int first : new int[] {1, 37, 63, 64, 100, 135}) {
      for (int n : new int[] {2, 17, 64, 65}) {
        List<Tensor> part = inputs.stream().map(input -> tokens(input, first, first + n)).toList();
        Passes.sameBits(
            n + " tokens from " + first,
            tokens(whole, first, first + n),
            subject.forward(part, n, Passes.INFERENCE));
      }
    }
  }

  /// Rows `[from, to)`.
  static Tensor tokens(Tensor rows, int from, int to) {
    int width = rows.dim(1);
    Tensor part = Tensor.zeros(to - from, width);
    System.arraycopy(rows.data(), from * width, part.data(), 0, (to - from) * width);
    return part;
  }
}
