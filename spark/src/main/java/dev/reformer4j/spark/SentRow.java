package dev.reformer4j.spark;

import java.io.Serializable;

/// What goes through a shuffle: two numbers that it is placed and sorted by, and bytes.
public final class SentRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private long at;
  private long key;
  private byte[] payload = {};

  /// For the encoder.
  public SentRow() {}

  /// @param at where it goes, the partition in the upper half
  /// @param key its place among those that go there
  public SentRow(long at, long key, byte[] payload) {
    this.at = at;
    this.key = key;
    this.payload = payload;
  }

  /// The partition of an address.
  static final int PARTITION_SHIFT = 40;

  /// Where it goes, the partition in the upper bits.
  public long getAt() {
    return at;
  }

  /// For the encoder.
  public void setAt(long at) {
    this.at = at;
  }

  /// Its place among those that go there.
  public long getKey() {
    return key;
  }

  /// For the encoder.
  public void setKey(long key) {
    this.key = key;
  }

  /// Numbers, as [Floats] writes them.
  public byte[] getPayload() {
    return payload;
  }

  /// For the encoder.
  public void setPayload(byte[] payload) {
    this.payload = payload;
  }
}
