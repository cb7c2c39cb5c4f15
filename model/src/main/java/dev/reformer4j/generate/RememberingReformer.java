package dev.reformer4j.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.ModelCache;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A model that keeps a cache of every text.
record RememberingReformer(Reformer model, Workers workers) implements NextLogits {
  RememberingReformer {
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
    return new Cache(model.newCache());
  }

  @Override
  public Tensor extend(List<Past> pasts, int[][] newIds) {
    List<ModelCache> caches = new ArrayList<>();
    for (Past past : pasts) {
      caches.add(((Cache) past).cache());
    }
    return model.extend(caches, newIds, workers);
  }

  @Override
  public Past readPast(DataInput in) throws IOException {
    return new Cache(model.readCache(in));
  }

  @Override
  public byte[] fingerprint() {
    return Fingerprint.of(model);
  }

  private record Cache(ModelCache cache) implements Past {
    @Override
    public int length() {
      return cache.length();
    }

    @Override
    public Past copy() {
      return new Cache(cache.copy());
    }

    @Override
    public void write(DataOutput out) throws IOException {
      cache.write(out);
    }
  }
}
