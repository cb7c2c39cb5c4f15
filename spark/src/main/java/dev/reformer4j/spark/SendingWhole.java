package dev.reformer4j.spark;

import java.util.Iterator;

/// Sends every row of a small sequence to the partition that has it whole.
final class SendingWhole extends Ahead<SentRow> {
  private final Iterator<TokenRow> rows;
  private final SmallJob job;

  SendingWhole(Iterator<TokenRow> rows, SmallJob job) {
    this.rows = rows;
    this.job = job;
  }

  @Override
  protected boolean more() {
    if (!rows.hasNext()) {
      return false;
    }
    TokenRow row = rows.next();
    int sequence = job.sequences().find(row.getSequence());
    if (sequence >= 0) {
      Rules rules = job.rules();
      int qk = rules.heads() * rules.dQk();
      int v = rules.heads() * rules.dV();
      byte[] payload = new byte[(qk + v) * Float.BYTES];
      Floats.write(row.getQk(), 0, qk, payload, 0);
      Floats.write(row.getV(), 0, v, payload, qk * Float.BYTES);
      add(
          new SentRow(
              job.partitionOf()[sequence],
              job.sequences().base(sequence) + row.getPosition(),
              payload));
    }
    return true;
  }
}
