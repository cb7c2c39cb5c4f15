package dev.reformer4j.spark;

import java.util.List;

/// What is around a run of keys: the chunks before and after its own, or that many tokens.
///
/// @param groupLength tokens of every group
record Planning(Rules rules, Cells cells, int[] groupLength) {
  /// Adds the pieces for all keys of cells `[from, to)`.
  void addPieces(int from, int to, List<Piece> pieces) {
    int cell = from;
    while (cell < to) {
      int group = cells.groupOf(cell);
      int end = Math.min(to, cells.firstOf(group + 1));
      long first = cells.rank(group, cell);
      long behind = first + cells.before(end) - cells.before(cell);
      if (behind > first) {
        if (rules.sliding()) {
          addSliding(group, first, behind, pieces);
        } else {
          addChunks(group, first, behind, pieces);
        }
      }
      cell = end;
    }
  }

  private void addSliding(int group, long from, long to, List<Piece> pieces) {
    long needFrom = Math.max(0, from - rules.tokensBefore());
    long needTo = Math.min(groupLength[group], to + rules.tokensAfter());
    pieces.add(piece(group, needFrom, needTo, from, to, true));
  }

  private void addChunks(int group, long from, long to, List<Piece> pieces) {
    int rounds = rules.rounds();
    int firstOfRing = group - group % rounds;
    long chunks = (groupLength[group] - 1L) / rules.chunk() + 1;
    long firstChunk = group % rounds * chunks;
    long low = firstChunk + from / rules.chunk() - rules.before();
    long high = firstChunk + (to - 1) / rules.chunk() + rules.after();
    // Chunks are counted through all rounds, and on beyond the ends of the ring.
    while (low <= high) {
      long turn = Math.floorDiv(low, chunks);
      long end = Math.min(high + 1, (turn + 1) * chunks);
      int other = firstOfRing + (int) Math.floorMod(turn, (long) rounds);
      long needFrom = (low - turn * chunks) * rules.chunk();
      long needTo = Math.min(groupLength[group], (end - turn * chunks) * rules.chunk());
      boolean own = turn == group % rounds;
      pieces.add(piece(other, needFrom, needTo, own ? from : 0, own ? to : 0, end > high));
      low = end;
    }
  }

  private Piece piece(
      int group, long needFrom, long needTo, long ownFrom, long ownTo, boolean last) {
    int fromCell = cells.atOrBefore(group, needFrom);
    int toCell = cells.atOrAfter(group, needTo);
    return new Piece(
        group,
        fromCell,
        toCell,
        cells.rank(group, fromCell),
        cells.rank(group, toCell),
        needFrom,
        needTo,
        ownFrom,
        ownTo,
        last);
  }
}
