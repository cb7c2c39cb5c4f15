package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Tells what an LSH attention did to single tokens of one head, in the order of the text: rotated
/// values, bucket, place in the bucket order, keys seen and in which rounds, their weights, and the
/// pairs that were lost.
///
/// It computes everything anew in double precision from the hashes of a run, and only when asked
/// for: the attention itself records nothing for it. One token costs O(n · dQk).
///
/// ```java
/// LshResult result = attention.forward(input, workers);
/// Trace trace = new Trace(input, config, rotations, result.hashes(), 0, 3);
/// trace.token(17).keys().forEach(System.out::println);
/// ```
public final class Trace {
  private final AttentionInput input;
  private final LshConfig config;
  private final Hashes hashes;
  private final int sequence;
  private final int head;
  private final FullSoftmax full;
  private final int[] factors;
  private final Tensor rotations;

  /// A trace of one head of one sequence.
  ///
  /// @param input what was attended over
  /// @param config as it was when `hashes` was made
  /// @param rotations as they were when `hashes` was made
  /// @param hashes what hashing and sorting decided
  /// @throws IllegalArgumentException if there is no such sequence or head, or the hashes are of
  ///   another input's shape or were made with other rounds, buckets, chunk or chunking
  public Trace(
      AttentionInput input,
      LshConfig config,
      Rotations rotations,
      Hashes hashes,
      int sequence,
      int head) {
    hashes.checkMadeFor(input, config);
    within("sequence", sequence, input.batch());
    within("head", head, input.heads());
    this.input = input;
    this.config = config;
    this.hashes = hashes;
    this.sequence = sequence;
    this.head = head;
    this.full = new FullSoftmax(input, config.causal());
    this.factors = hashes.factors();
    this.rotations =
        hashes.isHashed()
            ? Hashing.draw(
                rotations, input.heads(), input.dQk(), hashes.rounds(), Buckets.columns(factors))
            : Tensor.zeros(0);
  }

  /// The story of one token, told for every round.
  ///
  /// @throws IllegalArgumentException if there is no such token
  public TokenTrace token(int token) {
    return token(token, IntStream.range(0, hashes.rounds()).toArray());
  }

  /// The story of one token, with the details of some rounds only; keys, weights and losses are of
  /// all rounds.
  ///
  /// @throws IllegalArgumentException if there is no such token or round
  public TokenTrace token(int token, int... rounds) {
    within("token", token, input.n());
    KeysSeen seen = new KeysSeen(input, config, hashes, sequence, head, token);
    List<RoundTrace> details = new ArrayList<>();
    for (int round : rounds) {
      within("round", round, hashes.rounds());
      details.add(round(token, round, seen));
    }
    return weigh(token, details, seen.inRounds(hashes.rounds()));
  }

  private RoundTrace round(int token, int round, KeysSeen seen) {
    int place = seen.place(round);
    return new RoundTrace(
        round,
        scores(token, round),
        hashes.bucket(sequence, head, round, token),
        place,
        config.chunking() == Chunking.SLIDING ? -1 : place / config.chunk(),
        seen.inRound(round, hashes.rounds()));
  }

  /// The argmax is read from the bucket that the attention used, so that it is the decision that
  /// was made even where float and double rounding would break a tie differently.
  private List<RotatedScores> scores(int token, int round) {
    List<RotatedScores> scores = new ArrayList<>();
    int bucket = hashes.bucket(sequence, head, round, token);
    boolean padding = bucket == hashes.buckets();
    int column = 0;
    for (int factor : factors) {
      List<Double> values = new ArrayList<>();
      for (int j = 0; j < factor / 2; j++) {
        values.add(rotated(token, round, column + j));
      }
      scores.add(new RotatedScores(values, padding ? -1 : bucket % factor));
      bucket /= factor;
      column += factor / 2;
    }
    return scores;
  }

  private double rotated(int token, int round, int column) {
    int d = input.dQk();
    int columns = rotations.dim(-1);
    int row = ((sequence * input.heads() + head) * input.n() + token) * d;
    double sum = 0;
    for (int e = 0; e < d; e++) {
      int at = ((head * d + e) * hashes.rounds() + round) * columns + column;
      sum += (double) input.query().data()[row + e] * rotations.data()[at];
    }
    return sum;
  }

  /// One softmax over every visible meeting of all rounds; the meetings of one key then add up.
  private TokenTrace weigh(int query, List<RoundTrace> details, List<Meeting> meetings) {
    Map<Integer, List<Integer>> roundsOfKey = new TreeMap<>();
    for (Meeting meeting : meetings) {
      if (meeting.sight().isVisible()) {
        roundsOfKey.computeIfAbsent(meeting.token(), key -> new ArrayList<>()).add(meeting.round());
      }
    }
    int[] keys = roundsOfKey.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] weights = new double[keys.length];
    for (int i = 0; i < keys.length; i++) {
      int times = config.countOnce() ? 1 : roundsOfKey.get(keys[i]).size();
      weights[i] = logit(query, keys[i]) + Math.log(times);
    }
    double logSumExp = FullSoftmax.toSoftmax(weights);
    double[] fullWeights = full.weights(sequence, head, query);

    List<WeighedKey> weighed = new ArrayList<>();
    double captured = 0;
    for (int i = 0; i < keys.length; i++) {
      captured += fullWeights[keys[i]];
      if (keys[i] != query || weights[i] > 0) {
        List<Integer> rounds = roundsOfKey.get(keys[i]);
        weighed.add(
            new WeighedKey(
                keys[i],
                rounds.stream().distinct().sorted().toList(),
                rounds.size(),
                logit(query, keys[i]),
                weights[i],
                fullWeights[keys[i]]));
      }
    }
    weighed.sort(Comparator.comparingDouble(WeighedKey::weight).reversed());
    List<LostKey> lost = lost(query, roundsOfKey, fullWeights);
    double mass = lost.isEmpty() ? 1 : captured;
    return new TokenTrace(query, details, weighed, lost, mass, logSumExp);
  }

  private List<LostKey> lost(int query, Map<Integer, List<Integer>> seen, double[] fullWeights) {
    List<LostKey> lost = new ArrayList<>();
    for (int key = 0; key < fullWeights.length; key++) {
      if (fullWeights[key] > 0 && !seen.containsKey(key)) {
        lost.add(new LostKey(key, logit(query, key), fullWeights[key]));
      }
    }
    lost.sort(Comparator.comparingDouble(LostKey::fullWeight).reversed());
    return lost;
  }

  private double logit(int query, int key) {
    return input.isShared() && key == query
        ? FullSoftmax.SELF_LOGIT
        : full.logit(sequence, head, query, key);
  }

  private static void within(String name, int value, int size) {
    if (value < 0 || value >= size) {
      throw new IllegalArgumentException(
          "%s %d does not exist; there are %d, counted from 0 to %d"
              .formatted(name, value, size, size - 1));
    }
  }
}
