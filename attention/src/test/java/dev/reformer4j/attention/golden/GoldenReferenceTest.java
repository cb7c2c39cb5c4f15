package dev.reformer4j.attention.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.reference.Reference;
import dev.reformer4j.attention.reference.ReferenceGradients;
import dev.reformer4j.attention.reference.ReferenceHashing;
import dev.reformer4j.attention.reference.ReferenceResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The definitions say what the peers say, to ten digits: so the reference is right, and may judge
/// the fast code.
class GoldenReferenceTest {
  private static final double TOLERANCE = 1e-10;

  static List<GoldenCase> lshCases() {
    return GoldenCase.all("lsh");
  }

  static Stream<GoldenCase> hashedCases() {
    return lshCases().stream().filter(GoldenCase::isHashed);
  }

  static List<GoldenCase> localCases() {
    return GoldenCase.all("local");
  }

  static List<GoldenCase> exactCases() {
    return GoldenCase.all("exact");
  }

  @ParameterizedTest
  @MethodSource("lshCases")
  void lshReferenceEqualsHuggingFace(GoldenCase golden) {
    checkAll(golden, Reference.lsh(golden.config(), golden.input(), golden.ids()));
  }

  @ParameterizedTest
  @MethodSource("hashedCases")
  void hashingReferenceEqualsHuggingFace(GoldenCase golden) {
    int[][][][] ids =
        ReferenceHashing.queryIds(golden.input(), golden.rotations(), golden.factors());

    assertThat(ids).as(GoldenJson.HOW_TO_MAKE).isDeepEqualTo(golden.ids());
  }

  @ParameterizedTest
  @MethodSource("hashedCases")
  void orderOfReferenceEqualsHuggingFace(GoldenCase golden) {
    int[][][][] ids = golden.ids();
    for (int sequence = 0; sequence < ids.length; sequence++) {
      for (int head = 0; head < ids[sequence].length; head++) {
        assertThat(ReferenceHashing.order(ids[sequence][head]))
            .as(GoldenJson.HOW_TO_MAKE)
            .isDeepEqualTo(golden.order()[sequence][head]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("localCases")
  void localReferenceEqualsHuggingFace(GoldenCase golden) {
    ReferenceResult result =
        Reference.local(
            golden.integer("chunk"),
            golden.integer("before"),
            golden.integer("after"),
            golden.causal(),
            golden.wrap(),
            golden.input());

    checkGradients(golden, result);
    golden.check("output", golden.numbers("output"), result.output(), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("exactCases")
  void exactReferenceEqualsTorchAndHuggingFace(GoldenCase golden) {
    checkAll(golden, Reference.exact(golden.causal(), golden.input()));
  }

  private static void checkAll(GoldenCase golden, ReferenceResult result) {
    golden.check("output", golden.numbers("output"), result.output(), TOLERANCE);
    golden.check("logSumExp", golden.numbers("logSumExp"), result.logSumExp(), TOLERANCE);
    checkGradients(golden, result);
  }

  private static void checkGradients(GoldenCase golden, ReferenceResult result) {
    ReferenceGradients gradients = result.gradients(golden.numbers("outputGradient"));
    golden.check("queryGradient", golden.numbers("queryGradient"), gradients.query(), TOLERANCE);
    golden.check("valueGradient", golden.numbers("valueGradient"), gradients.value(), TOLERANCE);
    AttentionInput input = golden.input();
    if (!input.isShared()) {
      golden.check("keyGradient", golden.numbers("keyGradient"), gradients.key(), TOLERANCE);
    }
  }
}
