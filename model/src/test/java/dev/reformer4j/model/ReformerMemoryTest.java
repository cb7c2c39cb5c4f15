package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Draws;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Memory does not grow with depth (paper, section 3.2).
class ReformerMemoryTest {
  private static final int N = 4096;
  private static final int D_MODEL = 64;

  /// One number for every token and every number of its width, in bytes: what one layer of a
  /// network that keeps its activations would keep at the very least.
  private static final long STREAM = (long) N * D_MODEL * Float.BYTES;

  /// What is alive on top of the stack, between the way up and the way down, beyond the model.
  private static long kept(int depth) {
    LayerKind[] layers = new LayerKind[depth];
    Arrays.setAll(layers, i -> i % 2 == 0 ? LayerKind.LOCAL : LayerKind.LSH);
    Reformer model =
        SmallModels.filled(
            SmallModels.sliding()
                .layers(layers)
                .dModel(D_MODEL)
                .axial(AxialShape.of(N, D_MODEL, 2))
                .maxPositions(N)
                .localChunk(16)
                .lshChunk(16)
                .rounds(1)
                .heads(1)
                .headSize(8)
                .build());
    int[] ids = SmallModels.ids(model.config(), N, 1);
    long[] onTop = {0};
    // Once, so that packed weights, gradients and rotations are there.
    model.backward(
        Arrays.copyOf(ids, 40), (logits, first, count) -> 0, Draws.NONE, Workers.inline());
    long before = used();
    model.backward(
        ids,
        (logits, first, count) -> {
          if (first == 0) {
            onTop[0] = used();
          }
          return 0;
        },
        Draws.NONE,
        Workers.inline());
    return onTop[0] - before;
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// Half of the layers hash, and what they decided is kept: 12 bytes for a token, head and round,
  /// which is a twentieth of a stream here. With 22 layers more, a network that keeps activations
  /// would keep at least 22 streams more.
  @Test
  void whatIsKeptOnTheWayUpDoesNotGrowWithDepth() {
    long shallow = kept(2);
    long deep = kept(24);
    assertThat(shallow).as("two streams and two gradients").isGreaterThan(3 * STREAM);
    assertThat(deep - shallow).isLessThan(4 * STREAM);
  }
}
