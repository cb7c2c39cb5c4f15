package dev.reformer4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.bench.StageProfile.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTest {
  @Test
  void aProductBelongsToWhoAskedForIt() {
    Frame tile = new Frame("Tiles", "tile12x2");
    Frame multiply = new Frame("VectorKernels", "multiply");
    assertThat(Stage.of(List.of(tile, multiply, new Frame("ForwardPass$Scratch", "score"))))
        .isEqualTo(Stage.SCORES);
    assertThat(Stage.of(List.of(tile, multiply, new Frame("ForwardPass$Scratch", "addValues"))))
        .isEqualTo(Stage.VALUES);
    // The meter sees no more than the method that asks for a product.
    assertThat(Stage.of(List.of(new Frame("ForwardPass$Scratch$Run", "addRun"))))
        .isEqualTo(Stage.VALUES);
    assertThat(Stage.of(List.of(tile, multiply, new Frame("Hashing$Pass", "rotate"))))
        .isEqualTo(Stage.HASHING);
  }

  @Test
  void theInnermostFrameThatTellsDecides() {
    assertThat(
            Stage.of(
                List.of(
                    new Frame("VectorKernels", "scaleAndMask"),
                    new Frame("ForwardPass$Scratch", "score"))))
        .isEqualTo(Stage.SOFTMAX);
    assertThat(
            Stage.of(
                List.of(
                    new Frame("Transposition", "squares"),
                    new Frame("VectorKernels", "transpose"),
                    new Frame("LoadedKeys", "load"),
                    new Frame("ForwardPass$Scratch", "loadKeys"))))
        .isEqualTo(Stage.GATHERING);
  }

  @Test
  void whatNobodyKnowsIsOther() {
    assertThat(Stage.of(List.of(new Frame("Arrays", "fill"), new Frame("Workers$Run", "work"))))
        .isEqualTo(Stage.OTHER);
  }
}
