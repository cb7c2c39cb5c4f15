package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingRunTest {
  private static final int STEPS = 20;

  @TempDir Path directory;

  /// What happened, in order.
  private static final class Log implements TrainingListener {
    private final List<Long> steps = new ArrayList<>();
    private final List<Long> evaluations = new ArrayList<>();
    private final List<Boolean> best = new ArrayList<>();
    private final List<Long> checkpoints = new ArrayList<>();
    private final List<Long> models = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private TrainingRun run;
    private long stopAt = -1;

    @Override
    public void onStep(Step step) {
      steps.add(step.number());
      if (step.number() == stopAt) {
        run.stop();
      }
    }

    @Override
    public void onEvaluation(long step, Evaluation evaluation, boolean isBest) {
      evaluations.add(step);
      best.add(isBest);
    }

    @Override
    public void onModel(long step, Optional<Evaluation> evaluation) {
      models.add(step);
    }

    @Override
    public void onCheckpoint(TrainingCheckpoint checkpoint) {
      checkpoints.add(checkpoint.steps());
    }

    @Override
    public void onDamaged(TensorFileException reason) {
      damaged.add(reason.getMessage());
    }
  }

  private static RunOptions options(long evaluateEvery, long saveEvery) {
    return new RunOptions(evaluateEvery, 2, saveEvery, 3, Optional.empty(), 0);
  }

  private static final class Case implements AutoCloseable {
    private final RunDirectory directory;
    private final Log log = new Log();
    private final TrainingRun run;

    Case(Path path, RunOptions options, OptimizerKind kind, String identity) throws IOException {
      this(path, options, kind, identity, TrainerTest.examples());
    }

    Case(Path path, RunOptions options, OptimizerKind kind, String identity, Examples examples)
        throws IOException {
      directory = RunDirectory.open(path);
      Examples heldOut = new CausalExamples(Texts.squares(500), 32, 32, 1);
      run =
          new TrainingRun(
              directory,
              new Trainer(Texts.model(), TrainerTest.options(STEPS, 1, kind)),
              examples,
              Optional.of(heldOut),
              options,
              new RunIdentity(identity),
              log);
      log.run = run;
    }

    TrainingRun.End go() throws IOException {
      return run.run(Workers.inline());
    }

    @Override
    public void close() throws IOException {
      directory.close();
    }
  }

  private Case begin(String name, RunOptions options) throws IOException {
    return new Case(directory.resolve(name), options, OptimizerKind.ADAMW, "data: a\nlength: 32");
  }

  private byte[] bytes(String name, String file) throws IOException {
    return Files.readAllBytes(directory.resolve(name).resolve(file));
  }

  private static final String LAST = "checkpoints/step-0000000020.safetensors";

  @ParameterizedTest
  @CsvSource({"ADAMW, 7", "ADAFACTOR, 13", "ADAMW, 1"})
  void aRunThatGoesOnEndsWithTheBitsOfOneThatWasNotStopped(OptimizerKind kind, long stopAt)
      throws IOException {
    RunOptions options = options(5, 4);
    try (Case whole = new Case(directory.resolve("whole"), options, kind, "x")) {
      assertThat(whole.go()).isEqualTo(TrainingRun.End.DONE);
    }
    try (Case first = new Case(directory.resolve("parts"), options, kind, "x")) {
      first.log.stopAt = stopAt;
      assertThat(first.go()).isEqualTo(TrainingRun.End.STOPPED);
      assertThat(first.log.checkpoints).endsWith(stopAt);
    }
    try (Case second = new Case(directory.resolve("parts"), options, kind, "x")) {
      assertThat(second.run.resume().orElseThrow().steps()).isEqualTo(stopAt);
      assertThat(second.go()).isEqualTo(TrainingRun.End.DONE);
      assertThat(second.log.steps).first().isEqualTo(stopAt + 1);
    }
    assertThat(bytes("parts", LAST)).isEqualTo(bytes("whole", LAST));
    assertThat(bytes("parts", "model.safetensors")).isEqualTo(bytes("whole", "model.safetensors"));
  }

  @Test
  void itEvaluatesAndSavesWhenItIsDueAndKeepsTheNewest() throws IOException {
    try (Case one = begin("x", options(8, 6))) {
      one.go();
      assertThat(one.log.evaluations).containsExactly(8L, 16L, 20L);
      assertThat(one.log.checkpoints).containsExactly(6L, 12L, 18L, 20L);
      assertThat(one.directory.checkpoints())
          .extracting(file -> file.getFileName().toString())
          .containsExactly(
              "step-0000000020.safetensors",
              "step-0000000018.safetensors",
              "step-0000000012.safetensors");
      List<Long> better = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        if (one.log.best.get(i)) {
          better.add(one.log.evaluations.get(i));
        }
      }
      assertThat(one.log.models).isEqualTo(better);
    }
  }

  @Test
  void theModelInTheDirectoryIsThatOfTheBestEvaluation() throws IOException {
    try (Case one = begin("x", options(5, 20))) {
      one.go();
      Reformer model = Reformer.load(directory.resolve("x"));
      Examples heldOut = new CausalExamples(Texts.squares(500), 32, 32, 1);
      double loss = Evaluation.of(model, heldOut, 2, Workers.inline()).loss();
      TrainingCheckpoint last = TrainingCheckpoint.open(one.directory.checkpoints().getFirst());
      assertThat(loss).isEqualTo(Double.parseDouble(last.facts().get("best")));
    }
  }

  @Test
  void withoutACheckpointThereIsNothingToGoOnFrom() throws IOException {
    try (Case one = begin("x", options(5, 5))) {
      assertThat(one.run.resume()).isEmpty();
      assertThat(one.go()).isEqualTo(TrainingRun.End.DONE);
    }
  }

  @Test
  void aRunThatIsOverIsOver() throws IOException {
    try (Case one = begin("x", options(5, 5))) {
      one.go();
    }
    byte[] before = bytes("x", "model.safetensors");
    try (Case again = begin("x", options(5, 5))) {
      assertThat(again.run.resume().orElseThrow().steps()).isEqualTo(20);
      assertThat(again.go()).isEqualTo(TrainingRun.End.DONE);
      assertThat(again.log.steps).isEmpty();
    }
    assertThat(bytes("x", "model.safetensors")).isEqualTo(before);
  }

  @Test
  void anotherRunIsToldByItsFirstDifference() throws IOException {
    try (Case one = begin("x", options(5, 5))) {
      one.go();
    }
    Path path = directory.resolve("x");
    try (Case other = new Case(path, options(5, 5), OptimizerKind.ADAMW, "data: b\nlength: 32")) {
      assertThatThrownBy(other.run::resume)
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("\"data: a\" where this one has \"data: b\"")
          .hasMessageContaining("the same configuration, options and data");
    }
    try (Case longer = new Case(path, options(5, 5), OptimizerKind.ADAMW, "data: a")) {
      assertThatThrownBy(longer.run::resume).hasMessageContaining("with 2 settings");
    }
    assertThat(TrainingCheckpoint.list(RunDirectory.checkpointsIn(path))).hasSize(3);
  }

  @Test
  void aDamagedCheckpointGivesWayToTheOneBefore() throws IOException {
    try (Case whole = begin("whole", options(5, 5))) {
      whole.go();
    }
    try (Case one = begin("x", options(5, 5))) {
      one.log.stopAt = 15;
      one.go();
    }
    List<Path> files;
    try (Case look = begin("x", options(5, 5))) {
      files = look.directory.checkpoints();
    }
    byte[] newest = Files.readAllBytes(files.get(0));
    byte[] flipped = newest.clone();
    flipped[flipped.length - 5] ^= 0x10;
    for (byte[] damaged :
        List.of(flipped, Arrays.copyOf(newest, newest.length / 2), new byte[0], new byte[100])) {
      Files.write(files.get(0), damaged);
      try (Case again = begin("x", options(5, 5))) {
        assertThat(again.run.resume().orElseThrow().steps()).isEqualTo(10);
        assertThat(again.log.damaged).hasSize(1);
        assertThat(again.log.damaged.getFirst()).contains("step-0000000015");
      }
    }
    try (Case again = begin("x", options(5, 5))) {
      again.run.resume();
      again.go();
    }
    assertThat(bytes("x", LAST)).isEqualTo(bytes("whole", LAST));
  }

  @Test
  void whenEveryCheckpointIsDamagedItDoesNotQuietlyBeginAnew() throws IOException {
    try (Case one = begin("x", options(5, 10))) {
      one.go();
    }
    try (Case again = begin("x", options(5, 10))) {
      for (Path file : again.directory.checkpoints()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
      assertThatThrownBy(again.run::resume)
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("no checkpoint in")
          .hasMessageContaining("delete them");
      assertThat(again.log.damaged).hasSize(2);
    }
  }

  @Test
  void twoProcessesDoNotTrainInOneDirectory() throws IOException {
    try (Case one = begin("x", options(5, 5))) {
      assertThatThrownBy(() -> begin("x", options(5, 5)))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("another process trains");
      assertThat(one.directory.path()).isEqualTo(directory.resolve("x"));
    }
    begin("x", options(5, 5)).close();
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    begin("x", options(5, 5)).close();
    Path left = Files.createFile(directory.resolve("x/checkpoints/.reformer4j-1.tmp"));
    Path model = Files.createFile(directory.resolve("x/.reformer4j-2.tmp"));
    Path other = Files.createFile(directory.resolve("x/mine.tmp"));
    begin("x", options(5, 5)).close();
    assertThat(left).doesNotExist();
    assertThat(model).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void theTimeEndsARunAndSavesIt() throws IOException {
    RunOptions options = new RunOptions(100, 2, 100, 3, Optional.of(Duration.ofNanos(1)), 0);
    try (Case one = begin("x", options)) {
      assertThat(one.go()).isEqualTo(TrainingRun.End.TIME);
      assertThat(one.log.checkpoints).containsExactly(1L);
    }
    assertThat(directory.resolve("x/model.safetensors")).exists();
  }

  /// With a learning rate of 0 no evaluation is better than the first.
  @Test
  void patienceEndsARunThatLearnsNothing() throws IOException {
    RunOptions options = new RunOptions(2, 2, 100, 3, Optional.empty(), 3);
    Examples noise = new CausalExamples(noise(), 32, 64, 1);
    try (Case one = new Case(directory.resolve("x"), options, OptimizerKind.ADAMW, "", noise)) {
      TrainingRun.End end = one.go();
      List<Boolean> best = one.log.best;
      if (end == TrainingRun.End.PATIENCE) {
        assertThat(best.subList(best.size() - 3, best.size())).containsOnly(false);
        assertThat(one.log.checkpoints).containsExactly(2L * best.size());
      } else {
        for (int i = 0; i + 3 < best.size(); i++) {
          assertThat(best.subList(i, i + 3)).contains(true);
        }
      }
    }
  }

  /// Every id but one is the same: what it teaches of the squares is wrong.
  private static Texts.Ids noise() {
    int[] ids = new int[1000];
    Arrays.fill(ids, 11);
    ids[500] = 1;
    return new Texts.Ids(ids);
  }

  @Test
  void dataThatBreakOffLeaveTheLastGoodState() throws IOException {
    Examples breaking =
        new Examples() {
          @Override
          public Example example(long number) {
            if (number == 9) {
              throw new TrainingStopped("the data have changed");
            }
            return TrainerTest.examples().example(number);
          }

          @Override
          public long epoch() {
            return 1000;
          }
        };
    try (Case one =
        new Case(directory.resolve("x"), options(50, 50), OptimizerKind.ADAMW, "y", breaking)) {
      assertThatThrownBy(one::go).hasMessage("the data have changed");
    }
    try (Case whole =
        new Case(directory.resolve("whole"), options(50, 50), OptimizerKind.ADAMW, "y")) {
      whole.go();
    }
    try (Case again = new Case(directory.resolve("x"), options(50, 50), OptimizerKind.ADAMW, "y")) {
      assertThat(again.run.resume().orElseThrow().steps()).isEqualTo(9);
      again.go();
    }
    assertThat(bytes("x", LAST)).isEqualTo(bytes("whole", LAST));
  }
}
