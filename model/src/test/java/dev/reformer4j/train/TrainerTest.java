package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  private static final int LENGTH = 32;

  static TrainingOptions options(long steps, int batch, OptimizerKind kind) {
    Schedule schedule = new Schedule(Schedule.Decay.COSINE, 1e-2, 5, steps, 0.1);
    return new TrainingOptions(steps, batch, schedule, kind, 0.01, 1, 0, false, 7, 2);
  }

  static Examples examples() {
    return new CausalExamples(Texts.squares(3000), LENGTH, Texts.POSITIONS, 7);
  }

  private static List<float[]> numbers(Reformer model) {
    List<float[]> all = new ArrayList<>();
    model.parameters().values().forEach(parameter -> all.add(parameter.value().data().clone()));
    return all;
  }

  private static void assertSameBits(Reformer one, Reformer other) {
    assertThat(numbers(one)).usingElementComparator(Arrays::compare).isEqualTo(numbers(other));
  }

  @ParameterizedTest
  @EnumSource
  void aTextWithARuleIsLearnt(OptimizerKind kind) {
    Trainer trainer = new Trainer(Texts.model(), options(150, 2, kind));
    Step first = trainer.step(examples(), Workers.inline());
    Step last = first;
    while (!trainer.isDone()) {
      last = trainer.step(examples(), Workers.inline());
    }
    assertThat(first.loss()).isCloseTo(Math.log(Texts.VOCABULARY), within(0.3));
    assertThat(last.loss()).as("of %s", first).isLessThan(0.5);
    assertThat(last.accuracy()).isGreaterThan(0.85);
    assertThat(last.number()).isEqualTo(150);
    assertThat(last.tokens()).isEqualTo(2 * LENGTH);
  }

  @Test
  void newRotationsAreThoseOfTheirStep() {
    TrainingOptions own = options(8, 2, OptimizerKind.ADAMW);
    TrainingOptions drawn =
        new TrainingOptions(8, 2, own.schedule(), own.optimizer(), 0.01, 1, 0, true, 7, 2);
    List<Reformer> trained = new ArrayList<>();
    for (TrainingOptions options : List.of(drawn, drawn, own)) {
      Trainer trainer = new Trainer(Texts.model(), options);
      try (Workers workers = Workers.of(1 + trained.size())) {
        while (!trainer.isDone()) {
          trainer.step(examples(), workers);
        }
      }
      trained.add(trainer.model());
    }
    assertSameBits(trained.get(0), trained.get(1));
    assertThat(numbers(trained.get(0)).getFirst()).isNotEqualTo(numbers(trained.get(2)).getFirst());
  }

  @Test
  void threadsDoNotChangeABit() {
    List<Reformer> trained = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      Trainer trainer = new Trainer(Texts.model(), options(8, 3, OptimizerKind.ADAMW));
      try (Workers workers = Workers.of(threads)) {
        while (!trainer.isDone()) {
          trainer.step(examples(), workers);
        }
      }
      trained.add(trainer.model());
    }
    assertSameBits(trained.get(1), trained.get(0));
    assertSameBits(trained.get(2), trained.get(0));
  }

  /// Whether sequences are learnt from together or as one of both lengths, every position counts
  /// the same.
  @Test
  void theLossOfABatchIsTheMeanOfItsPositions() {
    Reformer model =
        Reformer.create(Texts.config().hiddenDropout(0).localDropout(0).lshDropout(0).build(), 3);
    Example example = examples().example(0);
    int[] few = example.targets().clone();
    Arrays.fill(few, 4, LENGTH, CrossEntropy.IGNORED);
    Example some = new Example(example.ids(), few);
    double ofSome = lossOf(model, 1, only(some));
    double ofAll = lossOf(model, 1, only(example));
    Examples both =
        new Examples() {
          @Override
          public Example example(long number) {
            return number % 2 == 0 ? some : example;
          }

          @Override
          public long epoch() {
            return 2;
          }
        };
    double expected = (4 * ofSome + LENGTH * ofAll) / (4 + LENGTH);
    assertThat(lossOf(model, 2, both)).isCloseTo(expected, within(1e-5));
  }

  /// With a learning rate of all but nothing.
  private static double lossOf(Reformer model, int batch, Examples examples) {
    Schedule schedule = new Schedule(Schedule.Decay.CONSTANT, 1e-30, 0, 1, 0);
    TrainingOptions options =
        new TrainingOptions(1, batch, schedule, OptimizerKind.ADAMW, 0, 1, 0, false, 7, 0);
    return new Trainer(model, options).step(examples, Workers.inline()).loss();
  }

  private static Examples only(Example example) {
    return new Examples() {
      @Override
      public Example example(long number) {
        return example;
      }

      @Override
      public long epoch() {
        return 1;
      }
    };
  }

  @Test
  void aGradientThatExplodesIsShortenedToTheClip() {
    Reformer model = Texts.model();
    Schedule schedule = new Schedule(Schedule.Decay.CONSTANT, 1e-9, 0, 1, 0);
    Trainer trainer =
        new Trainer(
            model,
            new TrainingOptions(1, 1, schedule, OptimizerKind.ADAMW, 0, 1e-3, 0, false, 7, 2));
    Step step = trainer.step(examples(), Workers.inline());
    assertThat(step.gradientNorm()).isGreaterThan(0.01);
    double square = 0;
    for (Parameter parameter : model.parameters().values()) {
      for (float number : parameter.gradient().data()) {
        square += (double) number * number;
      }
    }
    assertThat(Math.sqrt(square)).isCloseTo(1e-3, within(1e-8));
  }

  @Test
  void stepsThatAreNotFiniteChangeNothingAndAreCountedUntilItIsEnough() {
    Reformer model = Texts.model();
    Trainer trainer = new Trainer(model, options(20, 1, OptimizerKind.ADAMW));
    trainer.step(examples(), Workers.inline());
    float[] scale = model.parameters().get("reformer.encoder.layer_norm.weight").value().data();
    float was = scale[0];
    scale[0] = Float.NaN;
    model.parameters().values().forEach(Parameter::changed);
    List<float[]> before = numbers(model);
    for (int i = 0; i < 2; i++) {
      Step step = trainer.step(examples(), Workers.inline());
      assertThat(step.skipped()).isTrue();
      assertThat(step.loss()).isNaN();
    }
    assertThat(numbers(model)).usingElementComparator(Arrays::compare).isEqualTo(before);
    assertThatThrownBy(() -> trainer.step(examples(), Workers.inline()))
        .isInstanceOf(TrainingStopped.class)
        .hasMessageContaining("3 steps in a row, up to step 4, had a loss of NaN")
        .hasMessageContaining("lower learning rate");
    assertThat(trainer.stepsSkipped()).isEqualTo(3);
    assertThat(numbers(model)).usingElementComparator(Arrays::compare).isEqualTo(before);

    scale[0] = was;
    model.parameters().values().forEach(Parameter::changed);
    Step step = trainer.step(examples(), Workers.inline());
    assertThat(step.skipped()).isFalse();
    assertThat(trainer.stepsSkipped()).isEqualTo(3);
  }

  @Test
  void aBatchWithNothingToLearnFromChangesNoLoss() {
    Trainer trainer = new Trainer(Texts.model(), options(1, 1, OptimizerKind.ADAMW));
    int[] targets = {CrossEntropy.IGNORED, CrossEntropy.IGNORED};
    Step step = trainer.step(only(new Example(new int[] {1, 2}, targets)), Workers.inline());
    assertThat(step.loss()).isZero();
    assertThat(step.skipped()).isFalse();
  }

  @Test
  void whereASequenceStandsIsLearntThere() {
    Reformer model = Texts.model();
    Trainer trainer = new Trainer(model, options(1, 1, OptimizerKind.ADAMW));
    Example example = examples().example(0);
    trainer.step(only(new Example(example.ids(), example.targets(), LENGTH)), Workers.inline());
    // Positions [8, 8] in two axes: those from 32 on have the rows from 4 on of the first.
    Parameter rows = model.parameters().get("reformer.embeddings.position_embeddings.weights.0");
    int width = rows.size() / 8;
    float[] gradient = rows.gradient().data();
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i] != 0).as("row %d", i / width).isEqualTo(i / width >= 4);
    }
    assertThatThrownBy(() ->
            trainer.step(
                only(new Example(example.ids(), example.targets(), LENGTH + 1)), Workers.inline()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 positions");
  }
}
