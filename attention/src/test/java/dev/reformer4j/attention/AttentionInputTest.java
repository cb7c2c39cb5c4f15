package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reformer4j.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionInputTest {
  private static final Tensor QK = Tensor.zeros(2, 3, 5, 7);
  private static final Tensor V = Tensor.zeros(2, 3, 5, 4);

  static Stream<LawCase> cases() {
    return Stream.concat(LawCase.small(60), LawCase.shared(2));
  }

  @Test
  void theAxesHaveNames() {
    AttentionInput input = AttentionInput.shared(QK, V);
    assertThat(input.batch()).isEqualTo(2);
    assertThat(input.heads()).isEqualTo(3);
    assertThat(input.n()).isEqualTo(5);
    assertThat(input.dQk()).isEqualTo(7);
    assertThat(input.dV()).isEqualTo(4);
    assertThat(input.isShared()).isTrue();
    assertThat(input.key()).isSameAs(input.query());
    assertThat(AttentionInput.shared(Tensor.zeros(3, 5, 7), Tensor.zeros(3, 5, 4)).batch())
        .isEqualTo(1);
    assertThat(AttentionInput.separate(QK, Tensor.zeros(2, 3, 5, 7), V).isShared()).isFalse();
  }

  @Test
  void aMaskIsCopiedWhenItIsGiven() {
    boolean[] mask = new boolean[10];
    mask[2] = true;
    mask[7] = true;
    AttentionInput input = AttentionInput.shared(QK, V).withMask(mask);
    mask[2] = false;
    assertThat(input.mask().orElseThrow()[2]).isTrue();
    assertThat(input.isToken(0, 2)).isTrue();
    assertThat(input.isToken(1, 1)).isFalse();
    assertThat(AttentionInput.shared(QK, V).isToken(1, 4)).isTrue();
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    refused(
        () -> AttentionInput.shared(Tensor.zeros(5, 7), Tensor.zeros(5, 4)),
        "queries [5, 7] have 2 axes; they must be [heads, n, dQk] or [batch, heads, n, dQk]");
    refused(
        () -> AttentionInput.shared(Tensor.zeros(1, 1, 1, 5, 7), Tensor.zeros(5, 4)),
        "queries [1, 1, 1, 5, 7] have 5 axes; they must be [heads, n, dQk] or [batch, heads, n,"
            + " dQk]");
    refused(
        () -> AttentionInput.shared(Tensor.zeros(3, 0, 7), Tensor.zeros(3, 0, 4)),
        "queries [3, 0, 7] are empty; every axis of [heads, n, dQk] must be at least 1");
    refused(
        () -> AttentionInput.separate(QK, Tensor.zeros(2, 3, 6, 7), V),
        "keys [2, 3, 6, 7] do not have the shape of the queries [2, 3, 5, 7]; both must be [heads,"
            + " n, dQk]");
    int wide = (1 << 24) + 1;
    Tensor longVector = Tensor.zeros(1, 1, wide);
    Tensor number = Tensor.zeros(1, 1, 1);
    refused(
        () -> AttentionInput.shared(longVector, number),
        wide + " numbers of a query/key vector are more than 16777216, the most there can be");
    refused(
        () -> AttentionInput.shared(number, longVector),
        wide + " numbers of a value vector are more than 16777216, the most there can be");
    String values =
        "values %s do not fit the queries [2, 3, 5, 7]; they must be [heads, n, dV] with the same"
            + " heads and n, and dV at least 1";
    for (Tensor bad :
        new Tensor[] {
          Tensor.zeros(2, 3, 6, 4),
          Tensor.zeros(2, 4, 5, 4),
          Tensor.zeros(1, 3, 5, 4),
          Tensor.zeros(2, 3, 5, 0),
          Tensor.zeros(3, 5, 4),
          Tensor.zeros()
        }) {
      refused(() -> AttentionInput.shared(QK, bad), values.formatted(bad));
    }
  }

  @Test
  void masksThatDoNotFitAreNamed() {
    AttentionInput input = AttentionInput.shared(QK, V);
    refused(
        () -> input.withMask(new boolean[5]),
        "the mask has 5 entries for 2 sequences of 5 tokens; give one per token");
    boolean[] half = new boolean[10];
    half[3] = true;
    refused(
        () -> input.withMask(half),
        "the mask of sequence 1 is all padding; at least one of its 5 tokens must be real");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingThatIsGivenIsEverChanged(LawCase law) {
    AttentionInput input = law.input();
    float[] query = input.query().data().clone();
    float[] key = input.key().data().clone();
    float[] value = input.value().data().clone();
    float[] gradient = law.outputGradient().data().clone();
    boolean[] mask = input.mask().map(boolean[]::clone).orElse(new boolean[0]);
    try (Workers workers = Workers.of(2)) {
      AttentionResult result = law.forward(workers);
      float[] output = result.output().data().clone();
      law.backward(result, law.outputGradient(), workers);
      Same.bits("output", output, result.output().data());
    }
    Same.bits("query", query, input.query().data());
    Same.bits("key", key, input.key().data());
    Same.bits("value", value, input.value().data());
    Same.bits("output gradient", gradient, law.outputGradient().data());
    assertThat(input.mask().orElse(new boolean[0])).isEqualTo(mask);
  }

  private static void refused(Runnable attempt, String sentence) {
    assertThatIllegalArgumentException().isThrownBy(attempt::run).withMessage(sentence);
  }
}
