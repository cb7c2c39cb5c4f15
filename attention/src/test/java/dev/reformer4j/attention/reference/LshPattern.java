package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.reference.KeyInstance.Sight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Who meets whom in LSH attention, given the buckets of one head: `[rounds][n]` ids of queries and
/// of keys.
final class LshPattern {
  private final LshConfig config;
  private final Head head;
  private final int[][] ids;
  private final int[][] keyIds;
  private final int[][] order;
  private final int[][] keyOrder;

  private LshPattern(LshConfig config, Head head, int[][] ids, int[][] keyIds) {
    this.config = config;
    this.head = head;
    this.ids = ids;
    this.keyIds = keyIds;
    this.order = ReferenceHashing.order(ids);
    this.keyOrder = ReferenceHashing.order(keyIds);
  }

  /// For every query the keys it meets in all rounds, masked ones included.
  ///
  /// @param ids `[rounds][n]`; not looked at when the sequence fits one chunk, for then nothing is
  ///   hashed
  static List<List<KeyInstance>> of(LshConfig config, Head head, int[][] ids, int[][] keyIds) {
    if (config.chunking() == Chunking.CHUNKED && head.n() <= config.chunk()) {
      int[][] oneBucket = new int[1][head.n()];
      LshConfig oneChunk = config.withRounds(1).withNeighbours(0, 0);
      return new LshPattern(oneChunk, head, oneBucket, oneBucket).ofAllQueries();
    }
    return new LshPattern(config, head, ids, keyIds).ofAllQueries();
  }

  private List<List<KeyInstance>> ofAllQueries() {
    List<List<KeyInstance>> all = new ArrayList<>();
    for (int query = 0; query < head.n(); query++) {
      List<KeyInstance> instances = new ArrayList<>();
      for (int round = 0; round < config.rounds(); round++) {
        if (config.chunking() == Chunking.CHUNKED) {
          addChunks(query, round, instances);
        } else {
          addBucketNeighbours(query, round, instances);
        }
      }
      all.add(config.countOnce() ? countedOnce(instances) : instances);
    }
    return all;
  }

  /// CHUNKED: the chunks of all rounds, one behind the other, form one ring; a query sees its chunk
  /// and its neighbours.
  private void addChunks(int query, int round, List<KeyInstance> instances) {
    int n = head.n();
    int chunk = config.chunk();
    int chunksPerRound = Math.ceilDiv(n, chunk);
    int ring = config.rounds() * chunksPerRound;
    int queryChunk = round * chunksPerRound + placeOf(query, order[round]) / chunk;
    for (int offset = -config.before(); offset <= config.after(); offset++) {
      int keyChunk = Math.floorMod(queryChunk + offset, ring);
      int keyRound = keyChunk / chunksPerRound;
      int first = keyChunk % chunksPerRound * chunk;
      for (int place = first; place < Math.min(first + chunk, n); place++) {
        int key = keyOrder[keyRound][place];
        boolean sameBucket = keyRound == round && ids[round][query] == keyIds[round][key];
        instances.add(
            new KeyInstance(round, keyRound, place, key, sight(query, key, sameBucket), 1));
      }
    }
  }

  private Sight sight(int query, int key, boolean sameBucket) {
    if (head.shared() && query == key) {
      return Sight.SELF;
    }
    boolean visible =
        head.token()[key]
            && (!config.causal() || key <= query)
            && (!config.maskOtherBuckets() || sameBucket);
    return visible ? Sight.VISIBLE : Sight.MASKED;
  }

  /// SLIDING: within its bucket a query sees the last `chunk · before` tokens up to its position,
  /// unless causal also the next `chunk · after`, and in shared attention itself apart from these.
  /// Padding is in no bucket.
  private void addBucketNeighbours(int query, int round, List<KeyInstance> instances) {
    List<KeyInstance> earlier = new ArrayList<>();
    List<KeyInstance> later = new ArrayList<>();
    for (int place = 0; place < head.n(); place++) {
      int key = keyOrder[round][place];
      if (head.shared() && key == query) {
        instances.add(new KeyInstance(round, round, place, key, Sight.SELF, 1));
      } else if (head.token()[key] && ids[round][query] == keyIds[round][key]) {
        List<KeyInstance> side = key <= query ? earlier : later;
        side.add(new KeyInstance(round, round, place, key, Sight.VISIBLE, 1));
      }
    }
    int before = Math.min(earlier.size(), config.chunk() * config.before());
    int after = config.causal() ? 0 : Math.min(later.size(), config.chunk() * config.after());
    instances.addAll(earlier.subList(earlier.size() - before, earlier.size()));
    instances.addAll(later.subList(0, after));
  }

  /// Paper, appendix A: N_ij, the number of times that query i sees key j in all rounds.
  private static List<KeyInstance> countedOnce(List<KeyInstance> instances) {
    Map<Integer, Integer> meetings = new HashMap<>();
    for (KeyInstance instance : instances) {
      if (instance.isSeen()) {
        meetings.merge(instance.position(), 1, Integer::sum);
      }
    }
    return instances.stream()
        .map(instance ->
            instance.isSeen() ? instance.withCount(meetings.get(instance.position())) : instance)
        .toList();
  }

  private static int placeOf(int position, int[] order) {
    return IntStream.range(0, order.length)
        .filter(place -> order[place] == position)
        .findFirst()
        .orElseThrow();
  }
}
