package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Embeddings in the middle of a sequence.
class EmbeddingsTest {
  private static final int N = 150;

  private static Embeddings embeddings(double rate) {
    Parameters parameters = new Parameters();
    Embeddings embeddings =
        Embeddings.of(
            parameters,
            Catalogue.VOCABULARY,
            Catalogue.D_MODEL,
            1,
            rate,
            scope ->
                AxialPositions.of(scope, List.of(10, 15), List.of(2, 3), new Initial.Normal(1)));
    Catalogue.filled(parameters);
    return embeddings;
  }

  private static int[] ids() {
    return new Random(1).ints(N, 0, Catalogue.VOCABULARY).toArray();
  }

  /// With dropout too: what is dropped goes by position.
  @Test
  void aPartIsThatPartOfTheWhole() {
    Embeddings embeddings = embeddings(Catalogue.RATE);
    for (Pass pass : List.of(Passes.INFERENCE, Passes.TRAINING)) {
      Tensor whole = Tensor.zeros(N, Catalogue.D_MODEL);
      embeddings.forward(ids(), 0, whole, pass);
      for (int first : new int[] {1, 63, 64, 100}) {
        Tensor part = Tensor.zeros(N - first, Catalogue.D_MODEL);
        embeddings.forward(Arrays.copyOfRange(ids(), first, N), first, part, pass);
        Passes.sameBits("from " + first, LayerLawsTest.tokens(whole, first, N), part);
      }
    }
  }

  @Test
  void oneTokenIsThatTokenOfTheWhole() {
    Embeddings embeddings = embeddings(Catalogue.RATE);
    Tensor whole = Tensor.zeros(N, Catalogue.D_MODEL);
    embeddings.forward(ids(), 0, whole, Passes.INFERENCE);
    Tensor single = Tensor.zeros(N, Catalogue.D_MODEL);
    for (int i = N - 1; i >= 0; i--) {
      embeddings.embed(ids()[i], i, single, i);
    }
    Passes.sameBits("tokens", whole, single);
  }

  @Test
  void rowsBeyondTheIdsStay() {
    Tensor rows = Tensor.zeros(N, Catalogue.D_MODEL);
    Arrays.fill(rows.data(), 9);
    embeddings(Catalogue.RATE).forward(Arrays.copyOf(ids(), 70), 0, rows, Passes.TRAINING);
    assertThat(LayerLawsTest.tokens(rows, 70, N).data()).containsOnly(9);
    assertThat(LayerLawsTest.tokens(rows, 0, 70).data()).doesNotContain(9);
  }

  /// Their product is 2³³; position 200,000 is 0 · 2³² + 3 · 2¹⁶ + 3,392.
  @Test
  void axesMaySpanMorePositionsThanThereAreInts() {
    Parameters scope = new Parameters();
    Positions positions =
        AxialPositions.of(
            scope, List.of(2, 1 << 16, 1 << 16), List.of(1, 1, 1), new Initial.Normal(1));
    for (Parameter table : scope.all().values()) {
      Tensor places = Tensor.zeros(table.shape());
      for (int i = 0; i < places.size(); i++) {
        places.data()[i] = i;
      }
      table.fill(places);
    }
    float[] row = new float[3];
    positions.addTo(200_000, row, 0);
    assertThat(row).containsExactly(0, 3, 3392);
  }
}
