package dev.reformer4j.spark;

import java.io.Serializable;

/// A run of one group's keys that a partition is sent: some to attend for, some around them to be
/// seen by those. Pieces of a partition come in the order in which chunks follow each other; where
/// the rounds are a ring, a round's first chunks are preceded by another round's last.
///
/// @param group whose keys
/// @param fromCell the first cell that is sent
/// @param toCell the cell behind the last
/// @param fromRank rank of the first key that is sent
/// @param toRank rank behind the last
/// @param needFrom rank of the first key that is wanted: cells begin where they begin
/// @param needTo rank behind the last key that is wanted
/// @param ownFrom rank of the first key that this partition attends for
/// @param ownTo rank behind the last
/// @param last whether the next piece has nothing to do with this one
record Piece(
    int group,
    int fromCell,
    int toCell,
    long fromRank,
    long toRank,
    long needFrom,
    long needTo,
    long ownFrom,
    long ownTo,
    boolean last)
    implements Serializable {}
