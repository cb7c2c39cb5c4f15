package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarRowsTest {
  /// Of every width the last row of the last head ends with the array, and nothing behind it is
  /// read.
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 33, 64})
  void nothingBehindARowIsRead(int d) {
    int n = (int) ((1L << 20) / (3L * Float.BYTES * d)) + 1;
    FarRows far = new FarRows(data(n, d));
    assertThat(far).hasToString("far, last seen 0");
    float[] rows = new float[n * d];
    rows[rows.length - 1] = 1;
    far.fetch(rows, new int[] {0, (n - 1) * d}, 2, d);
    assertThat(far.toString()).isNotEqualTo("far, last seen 0");
    far.fetch(rows, new int[] {}, 0, d);
  }

  @Test
  void rowsOfAShortSequenceAndRowsThatFollowOneAnotherAreLeftAlone() {
    FarRows near = new FarRows(data(64, 8));
    near.fetch(new float[] {1}, new int[] {1_000_000, 0}, 2, 8);
    assertThat(near).hasToString("near");
    FarRows far = new FarRows(data(1 << 17, 16));
    float[] rows = new float[1 << 10];
    rows[0] = 1;
    far.fetch(rows, new int[] {0, 16, 32}, 3, 16);
    assertThat(far).hasToString("far, last seen 0");
  }

  /// Long enough for rows to be far.
  @Test
  void aLongSequenceHasTheSameBitsOnAnyNumberOfThreads() {
    int n = 12_000;
    Tensor qk = random(1, 2, n, 64);
    Tensor v = random(2, 2, n, 64);
    LshAttention attention =
        new LshAttention(LshConfig.defaults().withRounds(2).withCausal(true), Rotations.seeded(3));
    float[] both =
        attention.forward(AttentionInput.shared(qk, v), Workers.inline()).output().data();
    try (Workers workers = Workers.of(3)) {
      float[] again = attention.forward(AttentionInput.shared(qk, v), workers).output().data();
      assertThat(again).isEqualTo(both);
    }
  }

  private static AttentionData data(int n, int d) {
    Tensor tensor = Tensor.zeros(1, n, d);
    return new AttentionData(AttentionInput.shared(tensor, tensor), new float[0], row -> null);
  }

  private static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
