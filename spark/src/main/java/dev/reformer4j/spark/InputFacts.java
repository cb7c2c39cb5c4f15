package dev.reformer4j.spark;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is known of some rows after one look at each: enough to say whether the data can be
/// attended over, and which row is in the way.
final class InputFacts implements Serializable {
  private static final long serialVersionUID = 1L;

  /// The positions of one sequence. They are `0 … n − 1`, each once, if and only if the least is 0,
  /// the largest n − 1, there are n, and the exclusive or of their hashes is that of all numbers
  /// below n: for others to have the same is as likely as guessing 64 bits.
  static final class Positions implements Serializable {
    private static final long serialVersionUID = 1L;

    long count;
    long least = Long.MAX_VALUE;
    long largest = Long.MIN_VALUE;
    long hashes;

    void add(long position) {
      count++;
      least = Math.min(least, position);
      largest = Math.max(largest, position);
      hashes ^= hash(position);
    }

    void add(Positions other) {
      count += other.count;
      least = Math.min(least, other.least);
      largest = Math.max(largest, other.largest);
      hashes ^= other.hashes;
    }

    boolean areWhole() {
      if (least != 0 || largest != count - 1) {
        return false;
      }
      long expected = 0;
      for (long position = 0; position < count; position++) {
        expected ^= hash(position);
      }
      return expected == hashes;
    }

    /// Stafford's variant 13 of MurmurHash3's finaliser, as in SplitMix64.
    private static long hash(long position) {
      long z = (position + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }

  private final TreeMap<String, Positions> sequences = new TreeMap<>();
  private final TreeSet<String> withoutVectors = new TreeSet<>();
  private int qk = -1;
  private int v = -1;
  private String problem = "";
  private String first = "";

  /// Looks at the rows of one task.
  static InputFacts of(Iterator<TokenRow> rows) {
    InputFacts facts = new InputFacts();
    if (!Vectors.areHere()) {
      facts.withoutVectors.add(Vectors.here());
    }
    while (rows.hasNext()) {
      facts.look(rows.next());
    }
    return facts;
  }

  private void look(TokenRow row) {
    String place = "position " + row.getPosition() + " of sequence " + row.getSequence();
    if (row.isHasNull()) {
      note(place + " has a null in one of its columns; every one of them needs a value");
      return;
    }
    if (qk < 0) {
      qk = row.getQk().length;
      v = row.getV().length;
      first = place;
    }
    if (row.getPosition() < 0) {
      note(place + " does not exist; positions count from 0");
    } else if (row.getQk().length != qk || row.getV().length != v) {
      note(ragged(place, row.getQk().length, row.getV().length, qk, v, first));
    } else {
      checkNumbers(row, place);
    }
    sequences.computeIfAbsent(row.getSequence(), _ -> new Positions()).add(row.getPosition());
  }

  private static String ragged(String place, int qk, int v, int otherQk, int otherV, String other) {
    return place
        + " has "
        + qk
        + " numbers in qk and "
        + v
        + " in v, where "
        + other
        + " has "
        + otherQk
        + " and "
        + otherV
        + "; all rows must have as many";
  }

  private void checkNumbers(TokenRow row, String place) {
    float squares = 0;
    for (float number : row.getQk()) {
      squares += number * number;
    }
    boolean finite = true;
    for (float number : row.getV()) {
      finite &= Float.isFinite(number);
    }
    if (!(squares < Float.POSITIVE_INFINITY)) {
      note(place + " has a number in qk that is not finite, or too large to be squared");
    } else if (!finite) {
      note(place + " has a number in v that is not finite");
    }
  }

  private void note(String sentence) {
    if (problem.isEmpty() || sentence.compareTo(problem) < 0) {
      problem = sentence;
    }
  }

  /// What both know.
  InputFacts and(InputFacts other) {
    if (qk < 0) {
      qk = other.qk;
      v = other.v;
      first = other.first;
    } else if (other.qk >= 0 && (qk != other.qk || v != other.v)) {
      note(ragged(first, qk, v, other.qk, other.v, other.first));
    }
    if (!other.problem.isEmpty()) {
      note(other.problem);
    }
    for (Map.Entry<String, Positions> entry : other.sequences.entrySet()) {
      sequences.computeIfAbsent(entry.getKey(), _ -> new Positions()).add(entry.getValue());
    }
    withoutVectors.addAll(other.withoutVectors);
    return this;
  }

  /// Why the rows cannot be used; empty if they can, as far as one row can tell.
  String problem() {
    return problem;
  }

  /// The sequences in the order of their names.
  SortedMap<String, Positions> sequences() {
    return sequences;
  }

  /// Executors without the Vector API.
  SortedSet<String> withoutVectors() {
    return withoutVectors;
  }

  /// Numbers in a row's qk.
  int qk() {
    return qk;
  }

  /// Numbers in a row's v.
  int v() {
    return v;
  }
}
