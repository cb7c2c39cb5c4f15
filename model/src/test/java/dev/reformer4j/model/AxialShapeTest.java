package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AxialShapeTest {
  @Test
  void powersOfTwoAreMetExactly() {
    assertThat(AxialShape.of(4096, 256, 2))
        .isEqualTo(new AxialShape(List.of(64, 64), List.of(64, 192)));
    assertThat(AxialShape.of(524_288, 256, 2).shape()).containsExactly(512, 1024);
    assertThat(AxialShape.of(1 << 20, 256, 2).shape()).containsExactly(1024, 1024);
    assertThat(AxialShape.of(1 << 20, 260, 4).shape()).containsExactly(32, 32, 32, 32);
  }

  @Test
  void primesGetAFewMorePositionsAndNoStrip() {
    assertThat(AxialShape.of(997, 64, 2).shape()).containsExactly(27, 37);
    assertThat(AxialShape.of(Integer.MAX_VALUE, 64, 2).positions())
        .isBetween((long) Integer.MAX_VALUE, Integer.MAX_VALUE + 1000L);
  }

  @Test
  void thereIsRoomForEveryPositionAndLittleMore() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000; i++) {
      int axes = random.nextInt(1, 5);
      int positions = random.nextInt(1, 1 << random.nextInt(1, 21));
      int dModel = random.nextInt(axes, 300);
      AxialShape axial = AxialShape.of(positions, dModel, axes);
      String what = "%d positions, %d axes, width %d: %s".formatted(positions, axes, dModel, axial);
      assertThat(axial.positions()).as(what).isGreaterThanOrEqualTo(positions);
      assertThat(axial.positions() - positions).as(what).isLessThanOrEqualTo(positions / 8 + 4);
      assertThat(axial.shape()).as(what).hasSize(axes).isSorted().allMatch(size -> size >= 1);
      assertThat(axial.dims()).as(what).hasSize(axes).allMatch(dim -> dim >= 1);
      assertThat(axial.dims().stream().mapToInt(Integer::intValue).sum())
          .as(what)
          .isEqualTo(dModel);
    }
  }

  @Test
  void theDefaultsOfHuggingFaceComeOut() {
    ReformerConfig config = ReformerConfig.builder().build();
    AxialShape axial = AxialShape.of(config.maxLength(), config.dModel(), 2);
    assertThat(axial.shape()).isEqualTo(config.axialShape());
    assertThat(axial.dims()).isEqualTo(config.axialDims());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> AxialShape.of(0, 16, 2))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length of 0");
    assertThatThrownBy(() -> AxialShape.of(10, 16, 0))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 axes");
    assertThatThrownBy(() -> AxialShape.of(10, 2, 3))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 axes cannot share a model width of 2");
    assertThatThrownBy(() -> AxialShape.of(4096, 256, 64))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("64 axes are asked for, but at most 8 make sense; use 2");
  }
}
