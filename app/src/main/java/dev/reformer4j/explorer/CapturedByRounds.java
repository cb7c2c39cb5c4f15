package dev.reformer4j.explorer;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import java.util.ArrayList;
import java.util.List;

/// How much of its weight in full attention every query's keys hold: those of the first round, of
/// the first two, and so on.
///
/// An attention of fewer rounds has a shorter ring of bucket orders ([KeyRuns]), but most queries
/// meet nothing beyond the rounds they are in, and so the same in both. For those a key is looked
/// up where it is met first; the few at the ends of the ring are asked anew for every number of
/// rounds.
final class CapturedByRounds {
  private static final int QUERIES_AT_ONCE = 64;

  /// What adding the same weights in another order may change.
  private static final double ROUNDING = 1e-9;

  private final FullWeights full;
  private final LshConfig config;
  private final ActiveRounds rounds;
  private final List<KeyRuns> runs = new ArrayList<>();
  private final float[][] mass;

  private CapturedByRounds(FullWeights full, LshConfig config, ActiveRounds rounds) {
    this.full = full;
    this.config = config;
    this.rounds = rounds;
    this.mass = new float[rounds.rounds()][rounds.n()];
    for (int count = 1; count <= rounds.rounds(); count++) {
      runs.add(KeyRuns.of(rounds.first(count), config));
    }
  }

  /// All of it.
  ///
  /// @param config what the queries see; how often a key counts makes no difference
  /// @return `[rounds][n]`
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  static float[][] of(FullWeights full, LshConfig config, ActiveRounds rounds, Workers workers) {
    CapturedByRounds all = new CapturedByRounds(full, config, rounds);
    int n = rounds.n();
    workers.run(
        (n - 1) / QUERIES_AT_ONCE + 1,
        () -> {
          Met met = all.new Met();
          return span -> {
            int first = span * QUERIES_AT_ONCE;
            for (int query = first; query < Math.min(n, first + QUERIES_AT_ONCE); query++) {
              all.fill(query, met);
            }
          };
        });
    return all.mass;
  }

  private void fill(int query, Met met) {
    int most = rounds.rounds();
    boolean staysWithin = staysWithinItsRounds(query);
    met.begin(query);
    for (int count = 1; count <= most; count++) {
      if (staysWithin) {
        met.round(count - 1, runs.getLast());
      } else {
        met.begin(query);
        for (int round = 0; round < count; round++) {
          met.round(round, runs.get(count - 1));
        }
      }
      mass[count - 1][query] = met.share();
    }
  }

  /// Whether no run of a query leads from the end of a round to the next one, which an attention of
  /// fewer rounds might not have, or would have elsewhere.
  private boolean staysWithinItsRounds(int query) {
    KeyRuns all = runs.getLast();
    int n = rounds.n();
    for (int round = 0; round < rounds.rounds(); round++) {
      int at = round * n + query;
      if (all.first()[at] + all.length()[at] > (round + 1) * n) {
        return false;
      }
    }
    return true;
  }

  /// The keys that one query has met so far.
  private final class Met {
    private final int[] lastQuery = new int[rounds.n()];
    private int query;
    private int row;
    private int length;
    private int stamp;
    private double captured;

    void begin(int newQuery) {
      query = newQuery;
      row = full.start(query);
      length = full.length(query);
      stamp++;
      captured = 0;
    }

    /// Goes along the run of one round.
    void round(int round, KeyRuns runs) {
      int n = rounds.n();
      int place = runs.first()[round * n + query];
      boolean own = config.maskOtherBuckets() && rounds.isHashed();
      int bucket = rounds.ids()[round][query];
      int left = runs.length()[round * n + query];
      int ring = runs.length().length;
      while (left > 0) {
        int keyRound = place / n;
        int from = place % n;
        int count = Math.min(left, n - from);
        if (!own) {
          add(rounds.order()[keyRound], from, count);
        } else if (keyRound == round) {
          addOwnBucket(rounds.order()[keyRound], rounds.ids()[keyRound], bucket, from, count);
        }
        left -= count;
        place = (place + count) % ring;
      }
    }

    private void add(int[] order, int from, int count) {
      for (int place = from; place < from + count; place++) {
        meet(order[place]);
      }
    }

    private void addOwnBucket(int[] order, int[] ids, int bucket, int from, int count) {
      for (int place = from; place < from + count; place++) {
        if (ids[order[place]] == bucket || order[place] == query) {
          meet(order[place]);
        }
      }
    }

    private void meet(int key) {
      if (key < length && lastQuery[key] != stamp) {
        lastQuery[key] = stamp;
        captured += full.weights()[row + key];
      }
    }

    /// 1 only where nothing is missing.
    float share() {
      double share = captured / full.sums()[query];
      return share > 1 - ROUNDING ? 1 : (float) share;
    }
  }
}
