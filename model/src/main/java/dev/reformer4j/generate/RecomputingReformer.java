package dev.reformer4j.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/// A model that reads the whole text again for every token: slow, and what the model means by
/// definition.
record RecomputingReformer(Reformer model, Workers workers) implements NextLogits {
  private static final int SKIPPED = 1 << 20;

  RecomputingReformer {
    CausalModels.require(model, "generation");
  }

  @Override
  public int vocabularySize() {
    return model.config().vocabularySize();
  }

  @Override
  public int positions() {
    return model.positions();
  }

  @Override
  public Past newPast() {
    return new Seen(new IdList());
  }

  @Override
  public Tensor extend(List<Past> pasts, int[][] newIds) {
    int size = vocabularySize();
    Tensor last = Tensor.zeros(newIds.length, size);
    for (int i = 0; i < newIds.length; i++) {
      IdList ids = ((Seen) pasts.get(i)).ids();
      ids.add(newIds[i]);
      float[] logits = model.encode(ids.from(0), workers).lastLogits().data();
      System.arraycopy(logits, 0, last.data(), i * size, size);
    }
    return last;
  }

  /// What a remembering model has left is passed over.
  @Override
  public Past readPast(DataInput in) throws IOException {
    while (in.skipBytes(SKIPPED) > 0) {}
    return newPast();
  }

  @Override
  public byte[] fingerprint() {
    return Fingerprint.of(model);
  }

  private record Seen(IdList ids) implements Past {
    @Override
    public int length() {
      return ids.size();
    }

    @Override
    public Past copy() {
      return new Seen(ids.copy());
    }

    @Override
    public void write(DataOutput out) {}
  }
}
