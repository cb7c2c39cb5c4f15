package dev.reformer4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which partition attends for which keys, and which cells it is sent for that.
///
/// All keys in order, group after group, are cut into partitions of about equal size, wherever
/// those cuts fall: within a group, a bucket or a chunk.
final class Plan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Piece[] pieces;
  private final int[] firstPiece;
  private final int[] firstDelivery;
  private final int[] deliveries;
  private final int[] partitionOf;

  /// @param groupLength tokens of every group
  static Plan of(Rules rules, Cells cells, int[] groupLength, int partitions) {
    return new Plan(new Planning(rules, cells, groupLength), cells, partitions);
  }

  private Plan(Planning planning, Cells cells, int partitions) {
    long keys = cells.before(cells.count());
    List<Piece> all = new ArrayList<>();
    firstPiece = new int[partitions + 1];
    int from = 0;
    for (int partition = 0; partition < partitions; partition++) {
      int to = partition == partitions - 1 ? cells.count() : from;
      long wanted = keys / partitions * (partition + 1);
      while (to < cells.count() && cells.before(to + 1) <= wanted) {
        to++;
      }
      firstPiece[partition] = all.size();
      planning.addPieces(from, to, all);
      from = to;
    }
    firstPiece[partitions] = all.size();
    pieces = all.toArray(Piece[]::new);
    partitionOf = new int[pieces.length];
    for (int partition = 0; partition < partitions; partition++) {
      Arrays.fill(partitionOf, firstPiece[partition], firstPiece[partition + 1], partition);
    }
    firstDelivery = new int[cells.count() + 1];
    for (Piece piece : pieces) {
      for (int cell = piece.fromCell(); cell < piece.toCell(); cell++) {
        firstDelivery[cell + 1]++;
      }
    }
    for (int cell = 0; cell < cells.count(); cell++) {
      firstDelivery[cell + 1] += firstDelivery[cell];
    }
    deliveries = new int[firstDelivery[cells.count()]];
    int[] next = firstDelivery.clone();
    for (int i = 0; i < pieces.length; i++) {
      for (int cell = pieces[i].fromCell(); cell < pieces[i].toCell(); cell++) {
        deliveries[next[cell]++] = i;
      }
    }
  }

  /// How many pieces a cell is part of.
  int deliveries(int cell) {
    return firstDelivery[cell + 1] - firstDelivery[cell];
  }

  /// Where a row of a cell is sent, as [SentRow] wants it.
  long address(int cell, int delivery) {
    int piece = deliveries[firstDelivery[cell] + delivery];
    return (long) partitionOf[piece] << SentRow.PARTITION_SHIFT | piece;
  }

  Piece piece(int piece) {
    return pieces[piece];
  }

  /// The first piece of a partition; of one more than the last partition, how many there are.
  int firstPiece(int partition) {
    return firstPiece[partition];
  }

  /// Rows that are sent in all.
  long rows() {
    long rows = 0;
    for (Piece piece : pieces) {
      rows += piece.toRank() - piece.fromRank();
    }
    return rows;
  }
}
