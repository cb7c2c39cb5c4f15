package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.layer.Initial;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.golden.GoldenModel;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The optimisers against those of torch and transformers; see `make_optimizer_golden.py`.
class OptimizerTest {
  private static final String HOW_TO_MAKE =
      "if the peer changed, make the data again: pip install torch transformers; python"
          + " model/src/test/resources/train/make_optimizer_golden.py";

  private static final double RATE = 3e-3;
  private static final double DECAY = 0.1;
  private static Safetensors golden;

  @BeforeAll
  static void open() throws IOException, URISyntaxException {
    golden =
        Safetensors.open(
            Path.of(OptimizerTest.class.getResource("/train/optimizers.safetensors").toURI()));
  }

  @AfterAll
  static void close() {
    golden.close();
  }

  private static Optimizer optimizer(String kind) {
    return kind.equals("adamw") ? new AdamW(0.9, 0.98, 1e-8, DECAY) : new Adafactor(DECAY);
  }

  private static Collection<Parameter> parameters() throws IOException {
    Parameters parameters = new Parameters();
    for (String name : List.of("matrix", "vector")) {
      Tensor start = golden.floats(name + ".start");
      parameters.declare(name, new Initial.Normal(1), start.shape()).fill(start);
    }
    return parameters.all().values();
  }

  private static void setGradients(Collection<Parameter> parameters, int step) throws IOException {
    for (Parameter parameter : parameters) {
      float[] gradient = golden.floats(parameter.name() + ".grad." + step).data();
      System.arraycopy(gradient, 0, parameter.gradient().data(), 0, gradient.length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adafactor"})
  void threeStepsAreThoseOfThePeer(String kind) throws IOException {
    Optimizer optimizer = optimizer(kind);
    Collection<Parameter> parameters = parameters();
    for (int step = 1; step <= 3; step++) {
      setGradients(parameters, step);
      optimizer.step(parameters, RATE, step, Workers.inline());
      for (Parameter parameter : parameters) {
        float[] expected = golden.floats(kind + "." + parameter.name() + "." + step).data();
        for (int i = 0; i < expected.length; i++) {
          assertThat(parameter.value().data()[i])
              .as("%s, step %d, %s[%d]; %s", kind, step, parameter.name(), i, HOW_TO_MAKE)
              .isCloseTo(expected[i], within(1e-6f * Math.max(1, Math.abs(expected[i]))));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adafactor"})
  void oneThatGoesOnFromItsStateDoesTheSameBits(String kind) throws IOException {
    Optimizer whole = optimizer(kind);
    Collection<Parameter> straight = parameters();
    Optimizer first = optimizer(kind);
    Collection<Parameter> interrupted = parameters();
    for (int step = 1; step <= 2; step++) {
      setGradients(straight, step);
      whole.step(straight, RATE, step, Workers.inline());
      setGradients(interrupted, step);
      first.step(interrupted, RATE, step, Workers.inline());
    }
    Map<String, Tensor> copy = new HashMap<>();
    first.state().forEach((name, t) -> copy.put(name, Tensor.of(t.data().clone(), t.shape())));
    Optimizer second = optimizer(kind);
    second.restore(interrupted, copy);
    setGradients(straight, 3);
    whole.step(straight, RATE, 3, Workers.inline());
    setGradients(interrupted, 3);
    second.step(interrupted, RATE, 3, Workers.inline());
    Supplier<List<float[]>> ends =
        () -> interrupted.stream().map(parameter -> parameter.value().data()).toList();
    assertThat(ends.get())
        .usingElementComparator(Arrays::compare)
        .isEqualTo(straight.stream().map(parameter -> parameter.value().data()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adafactor"})
  void aStateOfAnotherOptimiserOrModelIsRefused(String kind) throws IOException {
    Collection<Parameter> parameters = parameters();
    assertThatThrownBy(() -> optimizer(kind).restore(parameters, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lacks matrix");
    String name = kind.equals("adamw") ? "matrix.m" : "matrix.rows";
    assertThatThrownBy(() -> optimizer(kind).restore(parameters, Map.of(name, Tensor.zeros(2, 2))))
        .hasMessageContaining("another model");
  }

  /// Adam divides by the length of the gradient, so where that is all but 0 rounding shows.
  @Test
  void threeClippedStepsOfAModelAreThoseOfTorch() throws IOException {
    GoldenModel directory =
        GoldenModel.all().stream()
            .filter(m -> m.toString().equals("train_lm"))
            .findFirst()
            .orElseThrow();
    Reformer model = Reformer.load(directory.path());
    int[] ids = directory.gradients().orElseThrow().ids();
    int[] targets = Arrays.copyOfRange(ids, 1, ids.length + 1);
    targets[ids.length - 1] = CrossEntropy.IGNORED;
    Map<String, float[]> before = new HashMap<>();
    model.parameters().forEach((name, p) -> before.put(name, p.value().data().clone()));
    Schedule schedule = new Schedule(Schedule.Decay.CONSTANT, RATE, 0, 3, 0);
    Trainer trainer =
        new Trainer(
            model,
            new TrainingOptions(
                3, 1, schedule, TrainingOptions.OptimizerKind.ADAMW, DECAY, 1, 0, false, 0, 0));
    for (int i = 0; i < 3; i++) {
      Step step = trainer.step(new Same(new Example(ids, targets)), Workers.inline());
      assertThat(step.loss())
          .as("loss of step %d; %s", i + 1, HOW_TO_MAKE)
          .isCloseTo(golden.floats("model.loss").data()[i], within(2e-5));
      assertThat(step.gradientNorm())
          .as("gradient of step %d; %s", i + 1, HOW_TO_MAKE)
          .isCloseTo(golden.floats("model.norm").data()[i], within(2e-5));
    }
    for (Parameter parameter : model.parameters().values()) {
      float[] expected = golden.floats("model.param." + parameter.name()).data();
      double away = 0;
      double moved = 0;
      for (int i = 0; i < expected.length; i++) {
        away += Math.pow(parameter.value().data()[i] - expected[i], 2);
        moved += Math.pow(before.get(parameter.name())[i] - expected[i], 2);
      }
      assertThat(Math.sqrt(away / moved))
          .as("%s: distance from torch, of the distance moved; %s", parameter, HOW_TO_MAKE)
          .isLessThan(1e-3);
    }
  }

  private record Same(Example one) implements Examples {
    @Override
    public Example example(long number) {
      return one;
    }

    @Override
    public long epoch() {
      return 1;
    }
  }
}
