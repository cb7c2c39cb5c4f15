package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hashes serve the input they were made of and no other: another's order would give wrong numbers
/// without a word.
class HashesTest {
  private static final int HEADS = 2;
  private static final int N = 150;
  private static final int D_QK = 6;
  private static final Tensor QK =
      Rotations.seeded(1).draw(1, HEADS, N, D_QK).reshape(HEADS, N, D_QK);
  private static final Tensor VALUE = Rotations.seeded(2).draw(1, HEADS, N, 5).reshape(HEADS, N, 5);
  private static final AttentionInput INPUT = AttentionInput.shared(QK, VALUE);

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void separateAndSharedInputsDoNotShareHashes(Chunking chunking) {
    AttentionInput separate = AttentionInput.separate(QK, QK, VALUE);
    refuses(
        chunking, INPUT, separate, "hashes of shared queries and keys do not belong to separate");
    refuses(
        chunking, separate, INPUT, "hashes of separate queries and keys do not belong to shared");
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void vectorsOfAnotherWidthAreRefused(Chunking chunking) {
    Tensor wider = Rotations.seeded(1).draw(1, HEADS, N, 9).reshape(HEADS, N, 9);
    refuses(chunking, AttentionInput.shared(wider, VALUE), INPUT, "hashes of vectors of 9 numbers");
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void otherPaddingIsRefused(Chunking chunking) {
    boolean[] mask = new boolean[N];
    Arrays.fill(mask, 0, N - 20, true);
    AttentionInput padded = INPUT.withMask(mask);
    refuses(chunking, INPUT, padded, "other padding");
    refuses(chunking, padded, INPUT, "other padding");
  }

  @Test
  void aMaskThatHidesNothingIsNone() {
    boolean[] mask = new boolean[N];
    Arrays.fill(mask, true);
    LshAttention attention = attention(Chunking.CHUNKED);
    Hashes hashes = attention.hash(INPUT.withMask(mask), Workers.inline());
    float[] expected = attention.forward(INPUT, Workers.inline()).output().data();
    assertThat(attention.forward(INPUT, hashes, Workers.inline()).output().data())
        .isEqualTo(expected);
  }

  private static void refuses(
      Chunking chunking, AttentionInput made, AttentionInput other, String words) {
    LshAttention attention = attention(chunking);
    Hashes hashes = attention.hash(made, Workers.inline());
    attention.forward(made, hashes, Workers.inline());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.forward(other, hashes, Workers.inline()))
        .withMessageContaining(words)
        .withMessageEndingWith("; hash this input first");
  }

  private static LshAttention attention(Chunking chunking) {
    return new LshAttention(
        LshConfig.defaults().withRounds(2).withChunk(16).withChunking(chunking),
        Rotations.seeded(7));
  }
}
