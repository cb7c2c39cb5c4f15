package dev.reformer4j.attention.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `Rotations.torch(seed)` draws what torch draws.
class GoldenRotationsTest {
  /// torch's own float functions differ from machine to machine by an ulp of 2…4.
  private static final float ULP = 0x1p-22f;

  static List<GoldenJson> draws() {
    return GoldenJson.read("torch_randn").objects("draws");
  }

  static Stream<GoldenCase> seededCases() {
    return GoldenCase.all("lsh").stream().filter(GoldenCase::isHashed).filter(GoldenCase::isSeeded);
  }

  @ParameterizedTest
  @MethodSource("draws")
  void drawsWhatTorchDraws(GoldenJson draw) {
    float[] expected = draw.floats("numbers");

    float[] actual = torch(draw, 1, 1, 1, draw.integer("size"));

    assertThat(actual).as(describe(draw)).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      float allowed = expected.length < 16 ? 0 : ULP;
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("number %d of %s", i, describe(draw))
          .isLessThanOrEqualTo(allowed);
    }
  }

  @ParameterizedTest
  @MethodSource("draws")
  void theShapeOnlyArrangesTheNumbers(GoldenJson draw) {
    int size = draw.integer("size");

    assertThat(torch(draw, size, 1, 1, 1)).isEqualTo(torch(draw, 1, 1, size, 1));
  }

  @ParameterizedTest
  @MethodSource("seededCases")
  void drawsTheRotationsOfHuggingFace(GoldenCase golden) {
    Tensor expected = golden.rotations();

    Tensor actual =
        golden.source().draw(expected.dim(0), expected.dim(1), expected.dim(2), expected.dim(3));

    golden.check("rotations", golden.numbers("rotations"), actual, ULP);
  }

  private static float[] torch(GoldenJson draw, int... shape) {
    return Rotations.torch(draw.whole("seed")).draw(shape[0], shape[1], shape[2], shape[3]).data();
  }

  private static String describe(GoldenJson draw) {
    return "torch.manual_seed(%d); torch.randn(%d); if torch changed, %s"
        .formatted(draw.whole("seed"), draw.integer("size"), GoldenJson.HOW_TO_MAKE);
  }
}
