package dev.reformer4j.generate;

import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A causal model without weights: logits are random numbers that depend on every id so far, in
/// order. It is strict about its contract, and counts what it is asked to do.
final class ToyModel implements NextLogits {
  private final int vocabularySize;
  private final int positions;
  private final long seed;

  /// Ids that were seen, over all sequences.
  long seen;

  /// Calls of [#extend].
  int steps;

  /// Runs in the middle of every step, when the pasts are half advanced.
  Runnable inTheMiddle = () -> {};

  /// Runs before a past is written.
  Runnable beforeWriting = () -> {};

  ToyModel(int vocabularySize, int positions, long seed) {
    this.vocabularySize = vocabularySize;
    this.positions = positions;
    this.seed = seed;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public int positions() {
    return positions;
  }

  @Override
  public Past newPast() {
    return new ToyPast(CounterRandom.key(seed), 0);
  }

  @Override
  public Tensor extend(List<Past> pasts, int[][] newIds) {
    steps++;
    if (pasts.stream().distinct().count() != pasts.size() || pasts.size() != newIds.length) {
      throw new AssertionError("pasts must be different, with ids for each");
    }
    Tensor logits = Tensor.zeros(pasts.size(), vocabularySize);
    for (int i = 0; i < newIds.length; i++) {
      ToyPast past = (ToyPast) pasts.get(i);
      if (past.broken || newIds[i].length == 0 || past.length + newIds[i].length > positions) {
        throw new AssertionError(
            "%d new ids for %s of %d positions".formatted(newIds[i].length, past, positions));
      }
      past.broken = true;
      for (int id : newIds[i]) {
        past.hash = CounterRandom.split(past.hash, id);
      }
      past.length += newIds[i].length;
      seen += newIds[i].length;
    }
    inTheMiddle.run();
    for (int i = 0; i < newIds.length; i++) {
      ToyPast past = (ToyPast) pasts.get(i);
      past.broken = false;
      for (int id = 0; id < vocabularySize; id++) {
        logits.data()[i * vocabularySize + id] = CounterRandom.gaussian(past.hash, id);
      }
    }
    return logits;
  }

  @Override
  public Past readPast(DataInput in) throws IOException {
    return new ToyPast(in.readLong(), in.readInt());
  }

  @Override
  public byte[] fingerprint() {
    return ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
  }

  private final class ToyPast implements Past {
    private long hash;
    private int length;
    private boolean broken;

    ToyPast(long hash, int length) {
      this.hash = hash;
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public Past copy() {
      if (broken) {
        throw new AssertionError("a copy of what is half done");
      }
      return new ToyPast(hash, length);
    }

    @Override
    public void write(DataOutput out) throws IOException {
      if (broken) {
        throw new AssertionError("what is half done is saved");
      }
      beforeWriting.run();
      out.writeLong(hash);
      out.writeInt(length);
    }

    @Override
    public String toString() {
      return (broken ? "broken past of " : "past of ") + length;
    }
  }
}
