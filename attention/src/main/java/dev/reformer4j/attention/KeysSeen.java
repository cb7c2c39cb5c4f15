package dev.reformer4j.attention;

import java.util.ArrayList;
import java.util.List;

/// Which keys one query meets, round by round, in the words of the definition and with no regard
/// for speed.
///
/// Everything that explains the attention asks this class; the kernels never do. That makes it a
/// second opinion on them: what it lists must be what they weigh.
final class KeysSeen {
  private final AttentionInput input;
  private final LshConfig config;
  private final Hashes hashes;
  private final int sequence;
  private final int head;
  private final int query;
  private final int[] places;

  KeysSeen(
      AttentionInput input, LshConfig config, Hashes hashes, int sequence, int head, int query) {
    this.input = input;
    this.config = config;
    this.hashes = hashes;
    this.sequence = sequence;
    this.head = head;
    this.query = query;
    this.places = new int[hashes.rounds()];
    for (int round = 0; round < places.length; round++) {
      places[round] = indexOf(query, hashes.order(sequence, head, round));
    }
  }

  /// Where the query stands in the bucket order of a round.
  int place(int round) {
    return places[round];
  }

  /// The keys met in every round of an attention of `rounds` rounds, the first of those hashed.
  List<Meeting> inRounds(int rounds) {
    List<Meeting> met = new ArrayList<>();
    for (int round = 0; round < Math.min(rounds, hashes.rounds()); round++) {
      met.addAll(inRound(round, rounds));
    }
    return met;
  }

  /// The keys met in one round of an attention of `rounds` rounds, in the order in which they stand
  /// there.
  List<Meeting> inRound(int round, int rounds) {
    if (!hashes.isHashed()) {
      return everyKeyOnce();
    }
    return config.chunking() == Chunking.CHUNKED
        ? chunks(round, Math.min(rounds, hashes.rounds()))
        : ownBucket(round);
  }

  /// A short input is one chunk and needs no hashing.
  private List<Meeting> everyKeyOnce() {
    List<Meeting> met = new ArrayList<>();
    for (int key = 0; key < hashes.n(); key++) {
      met.add(meeting(key, 0, 0));
    }
    return met;
  }

  /// The chunks of all rounds form one ring; query chunk g sees key chunks g − before … g + after
  /// of it.
  private List<Meeting> chunks(int round, int rounds) {
    int n = hashes.n();
    int chunk = config.chunk();
    int chunksOfOneRound = (n + chunk - 1) / chunk;
    int ring = rounds * chunksOfOneRound;
    int own = round * chunksOfOneRound + places[round] / chunk;
    List<Meeting> met = new ArrayList<>();
    for (int g = own - config.before(); g <= own + config.after(); g++) {
      int keyChunk = Math.floorMod(g, ring);
      int keyRound = keyChunk / chunksOfOneRound;
      int[] keyOrder = hashes.keyOrder(sequence, head, keyRound);
      int start = keyChunk % chunksOfOneRound * chunk;
      for (int place = start; place < Math.min(n, start + chunk); place++) {
        met.add(meeting(keyOrder[place], round, keyRound));
      }
    }
    return met;
  }

  /// The nearest keys of the query's own bucket: `chunk · before` at or before its position, and,
  /// unless it is causal, `chunk · after` behind it. In shared attention the token itself comes on
  /// top of these.
  private List<Meeting> ownBucket(int round) {
    List<Meeting> met = new ArrayList<>();
    boolean shared = input.isShared();
    int bucket = hashes.bucket(sequence, head, round, query);
    int[] keyBuckets = hashes.keyIds(sequence, head, round);
    if (bucket != hashes.buckets()) {
      int back = config.chunk() * config.before();
      for (int key = shared ? query - 1 : query; key >= 0 && met.size() < back; key--) {
        if (keyBuckets[key] == bucket) {
          met.addFirst(meeting(key, round, round));
        }
      }
    }
    if (shared) {
      met.add(meeting(query, round, round));
    }
    if (bucket != hashes.buckets() && !config.causal()) {
      int most = met.size() + config.chunk() * config.after();
      for (int key = query + 1; key < hashes.n() && met.size() < most; key++) {
        if (keyBuckets[key] == bucket) {
          met.add(meeting(key, round, round));
        }
      }
    }
    return met;
  }

  private Meeting meeting(int key, int round, int keyRound) {
    int keyBucket = hashes.keyIds(sequence, head, keyRound)[key];
    return new Meeting(key, round, keyRound, keyBucket, sight(key, round, keyRound, keyBucket));
  }

  private Sight sight(int key, int round, int keyRound, int keyBucket) {
    if (input.isShared() && key == query) {
      return Sight.ITSELF;
    }
    if (!input.isToken(sequence, key)) {
      return Sight.PADDING;
    }
    if (config.causal() && key > query) {
      return Sight.FUTURE;
    }
    boolean sameBucket =
        round == keyRound && keyBucket == hashes.bucket(sequence, head, round, query);
    return config.maskOtherBuckets() && !sameBucket ? Sight.OTHER_BUCKET : Sight.SEEN;
  }

  private static int indexOf(int token, int[] order) {
    for (int place = 0; place < order.length; place++) {
      if (order[place] == token) {
        return place;
      }
    }
    throw new AssertionError("token " + token + " is missing from the bucket order");
  }
}
