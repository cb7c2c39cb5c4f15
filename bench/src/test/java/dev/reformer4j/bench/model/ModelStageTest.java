package dev.reformer4j.bench.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.bench.StageProfile.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelStageTest {
  private static final Frame TILE = new Frame("dev.reformer4j.kernel.DenseTiles", "tile");
  private static final Frame TRANSPOSITION =
      new Frame("dev.reformer4j.kernel.Transposition", "squares");
  private static final Frame WORKERS = new Frame("dev.reformer4j.attention.Workers$Run", "work");

  @Test
  void aTranspositionBelongsToWhoAskedForIt() {
    Frame mover = new Frame("dev.reformer4j.layer.PanelMover", "load");
    Frame keys = new Frame("dev.reformer4j.attention.LoadedKeys", "load");
    assertThat(ModelStage.of(List.of(TRANSPOSITION, mover, WORKERS))).isEqualTo(ModelStage.MOVING);
    assertThat(ModelStage.of(List.of(TRANSPOSITION, keys, WORKERS)))
        .isEqualTo(ModelStage.ATTENTION);
  }

  @Test
  void denseLayersInsideAnAttentionBranchAreDense() {
    Frame work = new Frame("dev.reformer4j.layer.Dense$DenseWork", "forward");
    Frame branch = new Frame("dev.reformer4j.layer.SelfAttention$Projection", "run");
    assertThat(ModelStage.of(List.of(TILE, work, branch, WORKERS))).isEqualTo(ModelStage.DENSE);
  }

  @Test
  void theThreadsAroundAllWorkTellNothing() {
    Frame other = new Frame("java.util.Arrays", "fill");
    assertThat(ModelStage.of(List.of(other, WORKERS))).isEqualTo(ModelStage.OTHER);
  }
}
