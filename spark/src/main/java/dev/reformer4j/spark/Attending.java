package dev.reformer4j.spark;

import dev.reformer4j.attention.SortedAttention;
import java.util.Iterator;

/// Attends for what one partition was sent, and sends every token what it got of this round.
final class Attending extends Ahead<SentRow> {
  private final Iterator<SentRow> rows;
  private final LargeJob job;
  private final long tokensPerPartition;
  private final Stretch stretch;
  private int index = -1;
  private int endOfPieces;
  private Piece piece;

  /// Of the rows that the stretch attends for; around them it may hold those of other rounds.
  private int ownGroup;

  private long rank;

  /// @param tokensPerPartition of those that results are sent to
  Attending(Iterator<SentRow> rows, LargeJob job, long tokensPerPartition) {
    this.rows = rows;
    this.job = job;
    this.tokensPerPartition = tokensPerPartition;
    this.stretch = new Stretch(job.rules(), this::take);
  }

  @Override
  protected boolean more() {
    if (!rows.hasNext()) {
      finish();
      return false;
    }
    SentRow row = rows.next();
    if (index < 0) {
      endOfPieces = job.plan().firstPiece(row.getPartition() + 1);
      begin(job.plan().firstPiece(row.getPartition()));
    }
    while (index + 1 < endOfPieces && row.getPlace() >= job.plan().firstPlace(index + 1)) {
      endPiece();
      begin(index + 1);
    }
    accept(row);
    return true;
  }

  private void begin(int next) {
    index = next;
    piece = job.plan().piece(next);
    rank = piece.fromRank();
  }

  private void accept(SentRow row) {
    if (rank >= piece.needFrom() && rank < piece.needTo()) {
      Rules rules = job.rules();
      int n = job.sequences().length(piece.group() / rules.groupsPerSequence());
      long key = job.plan().key(index, row.getPlace());
      int tag = (int) (key / n) * rules.rounds() + piece.group() % rules.rounds();
      boolean own = rank >= piece.ownFrom() && rank < piece.ownTo();
      if (own) {
        ownGroup = piece.group();
      }
      stretch.add(row.getPayload(), (int) (key % n), tag, rank % rules.chunk() == 0, own);
    }
    rank++;
  }

  private void endPiece() {
    if (rank != piece.toRank()) {
      throw new IllegalStateException(
          "the data have changed between two passes over them: a run of "
              + (piece.toRank() - piece.fromRank())
              + " rows has "
              + (rank - piece.fromRank())
              + " now; write them to a file or persist them before they are attended over");
    }
    if (piece.last()) {
      stretch.end();
    }
  }

  private void finish() {
    if (index < 0) {
      return;
    }
    endPiece();
    while (index + 1 < endOfPieces) {
      begin(index + 1);
      endPiece(); // of a piece that has lost its rows
    }
  }

  private void take(int position, SortedAttention.Result result, int row) {
    Rules rules = job.rules();
    int group = ownGroup;
    byte[] payload = new byte[rules.outputBytes()];
    Floats.writeDouble(result.logSumExp()[row], payload, 0);
    Floats.write(result.output().data(), row * rules.dV(), rules.dV(), payload, Double.BYTES);
    int sequence = group / rules.groupsPerSequence();
    long token = job.sequences().base(sequence) + position;
    long place = token * rules.groupsPerSequence() + group % rules.groupsPerSequence();
    add(new SentRow((int) (token / tokensPerPartition), place, payload));
  }
}
