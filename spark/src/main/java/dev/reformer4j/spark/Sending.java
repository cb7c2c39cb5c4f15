package dev.reformer4j.spark;

import java.util.Iterator;

/// Sends every row, once for each head and round, to the partitions that need it.
final class Sending extends Ahead<SentRow> {
  private final HashedRows rows;
  private final LargeJob job;

  Sending(Iterator<TokenRow> rows, LargeJob job) {
    this.rows = new HashedRows(rows, job.rules(), job.sequences(), job.rotated());
    this.job = job;
  }

  @Override
  protected boolean more() {
    if (!rows.next()) {
      return false;
    }
    Rules rules = job.rules();
    int firstGroup = rows.sequence() * rules.groupsPerSequence();
    for (int head = 0; head < rules.heads(); head++) {
      byte[] payload = new byte[rules.inputBytes()];
      Floats.write(rows.row().getQk(), head * rules.dQk(), rules.dQk(), payload, 0);
      Floats.write(
          rows.row().getV(), head * rules.dV(), rules.dV(), payload, rules.dQk() * Float.BYTES);
      for (int round = 0; round < rules.rounds(); round++) {
        long key = rows.key(head, round);
        int cell = job.cells().find(firstGroup + head * rules.rounds() + round, key);
        for (int i = 0; i < job.plan().deliveries(cell); i++) {
          int piece = job.plan().piece(cell, i);
          add(new SentRow(job.plan().partition(piece), job.plan().place(piece, key), payload));
        }
      }
    }
    return true;
  }
}
