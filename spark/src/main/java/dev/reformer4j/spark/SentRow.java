package dev.reformer4j.spark;

import java.io.Serializable;

/// What goes through a shuffle: where it goes, its place there, and bytes. A place is one number,
/// so that Spark sorts by its digits and compares nothing.
public final class SentRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private int partition;
  private long place;
  private byte[] payload = {};

  /// For the encoder.
  public SentRow() {}

  /// @param partition where it goes
  /// @param place among the rows that go there, not below 0
  public SentRow(int partition, long place, byte[] payload) {
    this.partition = partition;
    this.place = place;
    this.payload = payload;
  }

  /// Where it goes.
  public int getPartition() {
    return partition;
  }

  /// For the encoder.
  public void setPartition(int partition) {
    this.partition = partition;
  }

  /// Its place among the rows that go there.
  public long getPlace() {
    return place;
  }

  /// For the encoder.
  public void setPlace(long place) {
    this.place = place;
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
