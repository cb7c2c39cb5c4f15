package dev.reformer4j.train;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import java.util.List;
import java.util.Objects;

/// Small texts and models to train with.
final class Texts {
  static final int POSITIONS = 64;
  static final int VOCABULARY = 12;

  private Texts() {}

  /// Ids in memory, two bytes each.
  record Ids(int[] ids) implements Corpus {
    @Override
    public long length() {
      return ids.length;
    }

    @Override
    public void read(long from, int[] into) {
      Objects.checkFromIndexSize(from, into.length, ids.length);
      System.arraycopy(ids, (int) from, into, 0, into.length);
    }

    @Override
    public long cutBefore(long id) {
      return id;
    }

    @Override
    public long bytesBefore(long cut) {
      return 2 * cut;
    }

    @Override
    public String fingerprint() {
      return ids.length + " ids";
    }

    @Override
    public void close() {}
  }

  /// A text with something to learn: `i² mod 11`, which repeats.
  static Ids squares(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (int) ((long) i * i % 11);
    }
    return new Ids(ids);
  }

  /// Ids that say where they stand.
  static Ids counting(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = i;
    }
    return new Ids(ids);
  }

  static ReformerConfigBuilder config() {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH)
        .dModel(16)
        .heads(2)
        .headSize(8)
        .feedForwardSize(24)
        .vocabularySize(VOCABULARY)
        .maxPositions(POSITIONS)
        .axial(AxialShape.of(POSITIONS, 16, 2))
        .axialNormStd(0.02)
        .localChunk(8)
        .lshChunk(8)
        .buckets(4)
        .rounds(2)
        .chunking(Chunking.SLIDING)
        .causal(true)
        .hiddenDropout(0.1)
        .eosIds(List.of());
  }

  static Reformer model() {
    return Reformer.create(config().build(), 3);
  }
}
