package dev.reformer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Example;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.Schedule;
import dev.reformer4j.train.Step;
import dev.reformer4j.train.Trainer;
import dev.reformer4j.train.TrainingCheckpoint;
import dev.reformer4j.train.TrainingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Training over executors is training on one machine.
class TrainingTest {
  private static final int STEPS = 6;

  /// Sequences of unequal lengths, each with a pattern to learn.
  static final class Patterns implements Examples {
    @Override
    public Example example(long number) {
      Random random = new Random(number);
      int[] ids = new int[20 + random.nextInt(60)];
      int[] targets = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = 2 + (int) (number % 7 + 3L * i) % 50;
        targets[i] = 2 + (int) (number % 7 + 3L * (i + 1)) % 50;
      }
      return new Example(ids, targets);
    }

    @Override
    public long epoch() {
      return 1000;
    }
  }

  static TrainingOptions options() {
    TrainingOptions defaults = TrainingOptions.defaults(STEPS);
    return new TrainingOptions(
        STEPS,
        5,
        new Schedule(Schedule.Decay.CONSTANT, 1e-2, 0, STEPS, 0),
        defaults.optimizer(),
        0.01,
        1,
        0,
        false,
        4,
        0);
  }

  static Trainer onOneMachine() {
    return new Trainer(SmallModel.create(HeadKind.LANGUAGE_MODEL), options());
  }

  private static Trainer onSpark(int slices) {
    return new Trainer(
        SmallModel.create(HeadKind.LANGUAGE_MODEL),
        options(),
        new SparkGradients(LocalSpark.session(), slices));
  }

  private static List<Step> run(Trainer trainer, int steps) {
    List<Step> done = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      done.add(trainer.step(new Patterns(), Workers.inline()));
    }
    return done;
  }

  /// With one slice sequences are summed in the order of one machine; with several the sums differ
  /// in the last bits, which Adam makes more of where a gradient is next to zero.
  @Test
  void oneSliceGivesTheBitsOfOneMachineAndSeveralAreCloseToThem() {
    Trainer alone = onOneMachine();
    List<Step> expected = run(alone, STEPS);
    assertThat(expected.getLast().loss()).isLessThan(0.95 * expected.getFirst().loss());

    Trainer one = onSpark(1);
    List<Step> steps = run(one, STEPS);
    assertThat(furthest(alone.model(), one.model())).isZero();
    assertThat(steps).extracting(Step::loss).isEqualTo(expected.stream().map(Step::loss).toList());

    for (int slices : new int[] {2, 4, 9}) {
      Trainer several = onSpark(slices);
      steps = run(several, STEPS);
      for (int i = 0; i < STEPS; i++) {
        double loss = expected.get(i).loss();
        assertThat(steps.get(i).loss()).isCloseTo(loss, within(1e-5 * loss));
        assertThat(steps.get(i).accuracy()).isCloseTo(expected.get(i).accuracy(), within(0.01));
        assertThat(steps.get(i).tokens()).isEqualTo(expected.get(i).tokens());
      }
      assertThat(furthest(alone.model(), several.model()))
          .as("the parameters are of about 0.02 to 1, the steps of 0.01")
          .isPositive()
          .isLessThan(1e-3);
    }
  }

  private static double furthest(Reformer one, Reformer other) {
    double furthest = 0;
    Iterator<Parameter> others = other.parameters().values().iterator();
    for (Parameter parameter : one.parameters().values()) {
      float[] a = parameter.value().data();
      float[] b = others.next().value().data();
      for (int i = 0; i < a.length; i++) {
        furthest = Math.max(furthest, Math.abs((double) a[i] - b[i]));
      }
    }
    return furthest;
  }

  @Test
  void checkpointsGoFromOneMachineToTheClusterAndBack(@TempDir Path directory) throws Exception {
    Trainer whole = onOneMachine();
    run(whole, 4);

    Trainer first = onOneMachine();
    run(first, 2);
    TrainingCheckpoint saved = TrainingCheckpoint.write(directory, first, Map.of(), 1);
    Trainer second = onSpark(1);
    TrainingCheckpoint.open(saved.file()).restore(second);
    run(second, 2);
    assertThat(second.stepsDone()).isEqualTo(4);
    assertThat(furthest(whole.model(), second.model())).isZero();
  }

  @Test
  void aStepThatIsNotFiniteChangesNothing() {
    Trainer trainer = onSpark(2);
    Parameter some = trainer.model().parameters().firstEntry().getValue();
    Arrays.fill(some.value().data(), Float.NaN);
    some.changed();
    TrainingOptions options = trainer.options();
    assertThat(options.mostSkips()).isZero();
    assertThat(catchThrowable(() -> trainer.step(new Patterns(), Workers.inline())))
        .hasMessageContaining("1 steps in a row");
  }
}
