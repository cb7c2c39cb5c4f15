package dev.reformer4j.spark;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Iterator;

/// Attends over small sequences, one after the other.
final class AttendingWhole extends Ahead<TokenOutput> {
  private final Iterator<SentRow> rows;
  private final SmallJob job;

  AttendingWhole(Iterator<SentRow> rows, SmallJob job) {
    this.rows = rows;
    this.job = job;
  }

  @Override
  protected boolean more() {
    if (!rows.hasNext()) {
      return false;
    }
    SentRow row = rows.next();
    Rules rules = job.rules();
    int sequence = job.sequences().at(row.getPlace());
    int n = job.sequences().length(sequence);
    Tensor qk = Tensor.zeros(rules.heads(), n, rules.dQk());
    Tensor value = Tensor.zeros(rules.heads(), n, rules.dV());
    for (int token = 0; ; token++) {
      if (row.getPlace() != job.sequences().base(sequence) + token) {
        throw new IllegalStateException(
            "position %d of sequence %s is not there any more; the data have changed between two passes over them"
                .formatted(token, job.sequences().name(sequence)));
      }
      read(row.getPayload(), token, n, qk, value);
      if (token == n - 1) {
        break;
      }
      row = next(rows);
    }
    attend(sequence, qk, value);
    return true;
  }

  private void read(byte[] payload, int token, int n, Tensor qk, Tensor value) {
    Rules rules = job.rules();
    for (int head = 0; head < rules.heads(); head++) {
      int row = head * n + token;
      int at = head * rules.dQk() * Float.BYTES;
      Floats.read(payload, at, rules.dQk(), qk.data(), row * rules.dQk());
      at = (rules.heads() * rules.dQk() + head * rules.dV()) * Float.BYTES;
      Floats.read(payload, at, rules.dV(), value.data(), row * rules.dV());
    }
  }

  private void attend(int sequence, Tensor qk, Tensor value) {
    Rules rules = job.rules();
    int n = qk.dim(1);
    Rotations rotations = (_, _, _, _) -> job.rotated().of(sequence);
    LshResult result =
        new LshAttention(rules.config(), rotations)
            .forward(AttentionInput.shared(qk, value), Workers.inline());
    for (int token = 0; token < n; token++) {
      TokenOutput output = new TokenOutput();
      float[] row = new float[rules.heads() * rules.dV()];
      float[] logSumExp = new float[rules.heads()];
      for (int head = 0; head < rules.heads(); head++) {
        int at = head * n + token;
        System.arraycopy(
            result.output().data(), at * rules.dV(), row, head * rules.dV(), rules.dV());
        logSumExp[head] = result.logSumExp().data()[at];
      }
      output.setSequence(job.sequences().name(sequence));
      output.setPosition(token);
      output.setOutput(row);
      output.setLogSumExp(logSumExp);
      add(output);
    }
  }
}
