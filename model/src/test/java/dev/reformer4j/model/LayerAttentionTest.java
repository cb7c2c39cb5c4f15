package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the attention of a single layer reads.
class LayerAttentionTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLayerReadsWhatTheReferenceHashes(boolean sliding) {
    ReformerConfig config =
        (sliding ? SmallModels.sliding() : SmallModels.chunked()).buckets(4).build();
    Reformer model = SmallModels.filled(config);
    int n = 43; // chunked models pad it
    int[] ids = SmallModels.ids(config, n, 4);
    Map<String, double[]> numbers = new HashMap<>();
    model
        .parameters()
        .forEach((name, parameter) -> {
          float[] data = parameter.value().data();
          numbers.put(name, IntStream.range(0, data.length).mapToDouble(i -> data[i]).toArray());
        });
    ReferenceModel reference = new ReferenceModel(config, model.headKind(), ids, Draws.NONE);
    for (int layer = 1; layer <= 2; layer++) {
      LayerAttention seen = model.attention(ids, layer, Workers.inline());
      assertThat(seen.kind()).isEqualTo(LayerKind.LSH);
      assertThat(seen.lsh().orElseThrow().config()).isEqualTo(config.lsh(seen.input().n()));
      assertThat(seen.input().mask().isPresent()).isEqualTo(!sliding);
      double[][] expected = reference.queryKeys(layer, numbers::get);
      assertThat(seen.input().n()).isEqualTo(expected.length);
      Tensor qk = seen.input().query();
      int d = config.headSize();
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < config.heads() * d; k++) {
          float found = qk.data()[(k / d * expected.length + i) * d + k % d];
          assertThat((double) found).isCloseTo(expected[i][k], within(1e-4));
        }
      }
    }
  }

  @Test
  void aLocalLayerHasThreeRolesAndDoesNotHash() {
    ReformerConfig config = SmallModels.sliding().build();
    LayerAttention seen =
        SmallModels.filled(config).attention(new int[] {1, 2, 3}, 0, Workers.inline());
    assertThat(seen.kind()).isEqualTo(LayerKind.LOCAL);
    assertThat(seen.input().isShared()).isFalse();
    assertThat(seen.lsh()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4})
  void aLayerThatIsNotThereIsRefused(int layer) {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    assertThatThrownBy(() -> model.attention(new int[] {1}, layer, Workers.inline()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layer " + layer + " does not exist; there are 4, counted from 0");
  }
}
