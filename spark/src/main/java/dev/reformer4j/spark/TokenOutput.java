package dev.reformer4j.spark;

import java.io.Serializable;

/// What one token got, as Spark's encoder for beans wants it.
public final class TokenOutput implements Serializable {
  private static final long serialVersionUID = 1L;

  private String sequence = "";
  private long position;
  private float[] output = {};
  private float[] logSumExp = {};

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

  /// `[heads · dV]`, head after head.
  public float[] getOutput() {
    return output;
  }

  /// For the encoder.
  public void setOutput(float[] output) {
    this.output = output;
  }

  /// `[heads]`
  public float[] getLogSumExp() {
    return logSumExp;
  }

  /// For the encoder.
  public void setLogSumExp(float[] logSumExp) {
    this.logSumExp = logSumExp;
  }
}
