package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Caches that are read: their own, another model's, and damaged ones.
class ModelCacheFileTest {
  private static final Workers INLINE = Workers.inline();

  private static ReformerConfig config(boolean sliding) {
    return sliding ? SmallModels.sliding().build() : SmallModels.chunked().build();
  }

  private static byte[] cacheOf(Reformer model, int n) {
    ModelCache cache = model.newCache();
    model.extend(List.of(cache), new int[][] {SmallModels.ids(model.config(), n, 1)}, INLINE);
    return SmallModels.written(cache);
  }

  @Test
  void anEmptyCacheIsReadBack() throws IOException {
    Reformer model = SmallModels.filled(config(true));
    byte[] written = SmallModels.written(model.newCache());
    assertThat(model.readCache(SmallModels.input(written)).length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCacheThatEndsEarlySaysSo(boolean sliding) {
    Reformer model = SmallModels.filled(config(sliding));
    byte[] written = cacheOf(model, 20);
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThatThrownBy(() -> model.readCache(SmallModels.input(cut)))
          .as("%d of %d bytes", length, written.length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ends early");
    }
  }

  /// Whatever bytes were changed, a cache is refused in a sentence or works.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damageIsRefusedOrHarmless(boolean sliding) {
    Reformer model = SmallModels.filled(config(sliding));
    byte[] written = cacheOf(model, 30);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = written.clone();
      int at = i < 200 ? i : random.nextInt(damaged.length);
      damaged[at] =
          (byte) (i % 3 == 0 ? random.nextInt(256) : damaged[at] ^ 1 << random.nextInt(8));
      try {
        ModelCache cache = model.readCache(SmallModels.input(damaged));
        int length = cache.length();
        model.extend(List.of(cache), new int[][] {{1}}, INLINE);
        assertThat(cache.length()).isEqualTo(length + 1);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      } catch (IllegalArgumentException e) {
        // Numbers that are finite, and yet too large to attend to.
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(refused).isPositive();
  }

  /// Blocks of one sequence have seen the same tokens.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blocksOfDifferentLengthsAreRefused(boolean sliding) {
    ReformerConfig config =
        config(sliding).toBuilder().layers(LayerKind.LOCAL, LayerKind.LOCAL).build();
    Reformer model = SmallModels.filled(config);
    byte[] shorter = cacheOf(model, 6);
    byte[] longer = cacheOf(model, 9);
    byte[] mixed = new byte[4 + (shorter.length - 4) / 2 + (longer.length - 4) / 2];
    ByteBuffer.wrap(mixed)
        .put(shorter, 0, 4 + (shorter.length - 4) / 2)
        .put(longer, 4 + (longer.length - 4) / 2, (longer.length - 4) / 2);

    assertThatThrownBy(() -> model.readCache(SmallModels.input(mixed)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("6")
        .hasMessageContaining("9");
  }

  @Test
  void theBeginningMustFitTheRest() {
    Reformer model = SmallModels.filled(config(true));
    for (int begun : new int[] {-1, Integer.MIN_VALUE, 321, Integer.MAX_VALUE, 21}) {
      byte[] written = cacheOf(model, 20);
      ByteBuffer.wrap(written).putInt(begun);
      assertThatThrownBy(() -> model.readCache(SmallModels.input(written)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Integer.toString(begun));
    }
  }

  @Test
  void aLongerSequenceThanTheModelHasPositionsForIsRefused() {
    Reformer large = SmallModels.filled(config(true));
    Reformer small =
        SmallModels.filled(
            config(true).toBuilder()
                .axial(new AxialShape(List.of(5, 8), List.of(2, 3)))
                .maxPositions(40)
                .build());
    ModelCache cache = large.newCache();
    large.extend(List.of(cache), new int[][] {{1, 2}}, INLINE);
    large.extend(List.of(cache), new int[][] {SmallModels.ids(large.config(), 50, 1)}, INLINE);

    assertThatThrownBy(() -> small.readCache(SmallModels.input(SmallModels.written(cache))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("52")
        .hasMessageContaining("40");
  }

  @Test
  void anotherConfigurationIsRefused() {
    ReformerConfig config = config(true);
    byte[] written = cacheOf(SmallModels.filled(config), 20);
    List<ReformerConfig> others =
        List.of(
            config.toBuilder().heads(1).build(),
            config.toBuilder().headSize(4).build(),
            config.toBuilder().rounds(3).build(),
            config.toBuilder().buckets(4, 2).build(),
            config.toBuilder().lshChunk(5).build(),
            config.toBuilder().localChunk(7).build(),
            config.toBuilder().localNeighbours(2, 0).build(),
            config.toBuilder().hashSeed(java.util.OptionalLong.of(6)).build(),
            config.toBuilder().layers(LayerKind.LSH, LayerKind.LOCAL).build(),
            config(false));
    for (ReformerConfig other : others) {
      assertThatThrownBy(() -> SmallModels.filled(other).readCache(SmallModels.input(written)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cache");
    }
  }
}
