package dev.reformer4j.spark;

import java.io.Serializable;

/// One token of the data, as Spark's encoder for beans wants it. What was null is flagged, and has
/// some value.
public final class TokenRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private String sequence = "";
  private long position;
  private float[] qk = {};
  private float[] v = {};
  private boolean hasNull;

  /// Which sequence it is of.
  public String getSequence() {
    return sequence;
  }

  /// For the encoder.
  public void setSequence(String sequence) {
    this.sequence = sequence;
  }

  /// Where in it, from 0.
  public long getPosition() {
    return position;
  }

  /// For the encoder.
  public void setPosition(long position) {
    this.position = position;
  }

  /// `[heads · dQk]` queries and keys, head after head.
  public float[] getQk() {
    return qk;
  }

  /// For the encoder.
  public void setQk(float[] qk) {
    this.qk = qk;
  }

  /// `[heads · dV]` values, head after head.
  public float[] getV() {
    return v;
  }

  /// For the encoder.
  public void setV(float[] v) {
    this.v = v;
  }

  /// Whether anything of it was null.
  public boolean isHasNull() {
    return hasNull;
  }

  /// For the encoder.
  public void setHasNull(boolean hasNull) {
    this.hasNull = hasNull;
  }
}
