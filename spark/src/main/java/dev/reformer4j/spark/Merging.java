package dev.reformer4j.spark;

import java.util.Iterator;

/// Merges what a token got in all rounds, by log-sum-exp, head by head. What is of one token comes
/// together, in the order of heads and rounds, so the bits do not depend on partitions.
final class Merging extends Ahead<TokenOutput> {
  private final Iterator<SentRow> rows;
  private final Rules rules;
  private final Sequences sequences;
  private final byte[][] round;

  Merging(Iterator<SentRow> rows, Rules rules, Sequences sequences) {
    this.rows = rows;
    this.rules = rules;
    this.sequences = sequences;
    this.round = new byte[rules.rounds()][];
  }

  @Override
  protected boolean more() {
    if (!rows.hasNext()) {
      return false;
    }
    TokenOutput output = new TokenOutput();
    output.setOutput(new float[rules.heads() * rules.dV()]);
    output.setLogSumExp(new float[rules.heads()]);
    long place = -1;
    for (int head = 0; head < rules.heads(); head++) {
      for (int r = 0; r < rules.rounds(); r++) {
        SentRow row = next(rows);
        if (place < 0) {
          place = row.getPlace();
          name(output, place / rules.groupsPerSequence());
        }
        if (row.getPlace() != place + (long) head * rules.rounds() + r) {
          throw new IllegalStateException(
              "position %d of sequence %s got nothing in round %d of head %d; the data have changed between two passes over them"
                  .formatted(output.getPosition(), output.getSequence(), r, head));
        }
        round[r] = row.getPayload();
      }
      merge(head, output);
    }
    add(output);
    return true;
  }

  private void name(TokenOutput output, long token) {
    int sequence = sequences.at(token);
    output.setSequence(sequences.name(sequence));
    output.setPosition(token - sequences.base(sequence));
  }

  private void merge(int head, TokenOutput output) {
    double largest = Double.NEGATIVE_INFINITY;
    for (byte[] payload : round) {
      largest = Math.max(largest, Floats.readDouble(payload, 0));
    }
    double sum = 0;
    float[] values = new float[rules.dV()];
    double[] all = new double[rules.dV()];
    for (byte[] payload : round) {
      double weight = Math.exp(Floats.readDouble(payload, 0) - largest);
      sum += weight;
      Floats.read(payload, Double.BYTES, rules.dV(), values, 0);
      for (int k = 0; k < all.length; k++) {
        all[k] += weight * values[k];
      }
    }
    for (int k = 0; k < all.length; k++) {
      output.getOutput()[head * rules.dV() + k] = (float) (all[k] / sum);
    }
    output.getLogSumExp()[head] = (float) (largest + Math.log(sum));
  }
}
