package dev.reformer4j.generate;

import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.List;

/// A toy model that forgets everything and reads the whole text for each token.
final class ToyRecomputed implements NextLogits {
  private final ToyModel model;

  ToyRecomputed(ToyModel model) {
    this.model = model;
  }

  @Override
  public int vocabularySize() {
    return model.vocabularySize();
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
    int[][] all = new int[newIds.length][];
    for (int i = 0; i < all.length; i++) {
      IdList ids = ((Seen) pasts.get(i)).ids;
      ids.add(newIds[i]);
      all[i] = ids.from(0);
    }
    return model.extend(pasts.stream().map(_ -> model.newPast()).toList(), all);
  }

  @Override
  public Past readPast(DataInput in) {
    throw new AssertionError("nothing was written");
  }

  @Override
  public byte[] fingerprint() {
    return model.fingerprint();
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
