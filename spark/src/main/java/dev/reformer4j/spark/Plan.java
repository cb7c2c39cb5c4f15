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

  /// By piece: the key that is first among its places, and that place. Those of a partition follow
  /// each other, so that rows in the order of places come piece by piece.
  private final long[] firstKey;

  private final long[] firstPlace;

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
    firstKey = new long[pieces.length];
    firstPlace = new long[pieces.length];
    for (int piece = 0; piece < pieces.length; piece++) {
      firstKey[piece] = cells.firstKey(pieces[piece].fromCell());
      if (piece > 0 && partitionOf[piece] == partitionOf[piece - 1]) {
        long places = cells.endKey(pieces[piece - 1].toCell() - 1) - firstKey[piece - 1];
        firstPlace[piece] = Math.addExact(firstPlace[piece - 1], places);
      }
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

  /// One of the pieces that a cell is part of.
  int piece(int cell, int delivery) {
    return deliveries[firstDelivery[cell] + delivery];
  }

  /// The partition of a piece.
  int partition(int piece) {
    return partitionOf[piece];
  }

  /// The place of a key of a piece among the rows of its partition.
  long place(int piece, long key) {
    return firstPlace[piece] + key - firstKey[piece];
  }

  /// The place of the first key of a piece.
  long firstPlace(int piece) {
    return firstPlace[piece];
  }

  /// The key at a place of a piece.
  long key(int piece, long place) {
    return place - firstPlace[piece] + firstKey[piece];
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
