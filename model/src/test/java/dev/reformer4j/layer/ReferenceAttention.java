package dev.reformer4j.layer;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.WeightDropout;
import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.layer.Reference.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The attention branches in double precision: for every query a list of the keys it meets, and one
/// softmax over that list. What hashing decided is given.
public final class ReferenceAttention {
  private static final double SELF_LOGIT = -1e5;

  private ReferenceAttention() {}

  /// A key that a query meets: the round in which the query stands, and that in which the key does.
  private record Met(int key, int queryRound, int keyRound) {}

  /// The local branch.
  ///
  /// @param name what all names of the branch begin with, `….`
  /// @param real `[n]`, false for padding
  public static double[][] local(
      double[][] x,
      String name,
      Numbers all,
      LocalConfig config,
      AttentionShape shape,
      boolean[] real,
      Draws draws) {
    Numbers numbers = parameter -> all.of(name + parameter);
    double[][] normal = Reference.layerNorm(x, numbers.in("layer_norm"), shape.epsilon());
    double[][] q = Reference.dense(normal, numbers.of("self_attention.query.weight"));
    double[][] k = Reference.dense(normal, numbers.of("self_attention.key.weight"));
    double[][] v = Reference.dense(normal, numbers.of("self_attention.value.weight"));
    double[][] attended =
        heads(shape, q, k, v, false, head -> query -> localKeys(query, config, real), name, draws);
    return output(attended, name, numbers, shape, draws);
  }

  /// `[n][heads · d]`: what an LSH branch hashes.
  public static double[][] queryKeys(double[][] x, String name, Numbers all, AttentionShape shape) {
    Numbers numbers = parameter -> all.of(name + parameter);
    double[][] normal = Reference.layerNorm(x, numbers.in("layer_norm"), shape.epsilon());
    return Reference.dense(normal, numbers.of("self_attention.query_key.weight"));
  }

  /// The LSH branch.
  public static double[][] lsh(
      double[][] x,
      String name,
      Numbers all,
      LshConfig config,
      AttentionShape shape,
      Hashes hashes,
      boolean[] real,
      Draws draws) {
    Numbers numbers = parameter -> all.of(name + parameter);
    double[][] normal = Reference.layerNorm(x, numbers.in("layer_norm"), shape.epsilon());
    double[][] qk = queryKeys(x, name, all, shape);
    double[][] v = Reference.dense(normal, numbers.of("self_attention.value.weight"));
    double[][] attended =
        heads(
            shape,
            qk,
            qk,
            v,
            true,
            head -> {
              int[][] ids = new int[hashes.rounds()][];
              int[][] order = new int[hashes.rounds()][];
              for (int round = 0; round < ids.length; round++) {
                ids[round] = hashes.ids(0, head, round);
                order[round] = sorted(ids[round]);
              }
              return query -> lshKeys(query, config, hashes.isHashed(), ids, order, real);
            },
            name,
            draws);
    return output(attended, name, numbers, shape, draws);
  }

  /// The branch that LSH approximates: every key, with shared queries and keys.
  public static double[][] exact(
      double[][] x,
      String name,
      Numbers all,
      boolean causal,
      AttentionShape shape,
      boolean[] real,
      Draws draws) {
    Numbers numbers = parameter -> all.of(name + parameter);
    double[][] normal = Reference.layerNorm(x, numbers.in("layer_norm"), shape.epsilon());
    double[][] qk = queryKeys(x, name, all, shape);
    double[][] v = Reference.dense(normal, numbers.of("self_attention.value.weight"));
    IntFunction<List<Met>> keys =
        query ->
            IntStream.range(0, causal ? query + 1 : real.length)
                .filter(key -> real[key])
                .mapToObj(key -> new Met(key, 0, 0))
                .toList();
    double[][] attended = heads(shape, qk, qk, v, true, head -> keys, name, draws);
    return output(attended, name, numbers, shape, draws);
  }

  private static double[][] output(
      double[][] attended, String name, Numbers numbers, AttentionShape shape, Draws draws) {
    double[][] y = Reference.dense(attended, numbers.of("output.dense.weight"));
    return Reference.dropout(y, name + "output.dense.", shape.dropout(), draws);
  }

  /// Every head by itself, side by side in the result.
  ///
  /// @param keys of a head and a query: the positions that it meets
  private static double[][] heads(
      AttentionShape shape,
      double[][] q,
      double[][] k,
      double[][] v,
      boolean shared,
      IntFunction<IntFunction<List<Met>>> keys,
      String name,
      Draws draws) {
    int d = shape.headWidth();
    double[][] result = new double[q.length][0];
    for (int head = 0; head < shape.heads(); head++) {
      double[][] query = Reference.columns(q, head * d, (head + 1) * d);
      double[][] key = Reference.columns(k, head * d, (head + 1) * d);
      double[][] value = Reference.columns(v, head * d, (head + 1) * d);
      IntFunction<List<Met>> met = keys.apply(head);
      double[][] attended = new double[q.length][];
      for (int i = 0; i < q.length; i++) {
        double[] kept = kept(i, head, met.apply(i), draws.weights(name, shape.weightDropout()));
        attended[i] = attend(i, met.apply(i), query, key, value, shared, kept);
      }
      result = Reference.beside(result, attended);
    }
    return result;
  }

  /// What dropout multiplies every weight by.
  private static double[] kept(int query, int head, List<Met> met, Optional<WeightDropout> drawn) {
    double[] kept = new double[met.size()];
    Arrays.fill(kept, 1);
    drawn.ifPresent(dropout -> {
      long row = CounterRandom.split(dropout.key(), head);
      for (int m = 0; m < kept.length; m++) {
        Met one = met.get(m);
        long ofQuery = CounterRandom.split(row, 2L * one.queryRound);
        long ofKey = CounterRandom.split(row, 2L * one.keyRound + 1);
        int address =
            (int) CounterRandom.split(ofQuery, query) ^ (int) CounterRandom.split(ofKey, one.key);
        double draw = (CounterRandom.mix(address) >>> 1) / 0x1p31;
        kept[m] = draw < dropout.rate() ? 0 : 1 / (1 - dropout.rate());
      }
    });
    return kept;
  }

  /// One softmax. A shared key has unit length, and a token's own counts only if there is no other.
  private static double[] attend(
      int i,
      List<Met> met,
      double[][] q,
      double[][] k,
      double[][] v,
      boolean shared,
      double[] kept) {
    int d = q[i].length;
    double[] logits = new double[met.size()];
    for (int m = 0; m < logits.length; m++) {
      double[] key = k[met.get(m).key];
      double length = shared ? Math.sqrt(dot(key, key) / d + 1e-6) : 1;
      logits[m] =
          shared && met.get(m).key == i ? SELF_LOGIT : dot(q[i], key) / length / Math.sqrt(d);
    }
    double[] output = new double[v[i].length];
    double max = Arrays.stream(logits).max().orElse(0);
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();
    for (int m = 0; m < logits.length; m++) {
      for (int c = 0; c < output.length; c++) {
        output[c] += kept[m] * Math.exp(logits[m] - max) / sum * v[met.get(m).key][c];
      }
    }
    return output;
  }

  /// The chunk of a query and its neighbours, in a ring.
  private static List<Met> localKeys(int query, LocalConfig config, boolean[] real) {
    int n = real.length;
    int chunks = Math.ceilDiv(n, config.chunk());
    List<Met> met = new ArrayList<>();
    for (int offset = -config.before(); offset <= config.after(); offset++) {
      int chunk = query / config.chunk() + offset;
      if (chunks == 1 ? offset != 0 : !config.wrap() && (chunk < 0 || chunk >= chunks)) {
        continue;
      }
      int first = Math.floorMod(chunk, chunks) * config.chunk();
      for (int key = first; key < Math.min(first + config.chunk(), n); key++) {
        if (real[key] && (!config.causal() || key <= query)) {
          met.add(new Met(key, 0, 0));
        }
      }
    }
    return met;
  }

  private static List<Met> lshKeys(
      int query, LshConfig config, boolean hashed, int[][] ids, int[][] order, boolean[] real) {
    List<Met> met = new ArrayList<>();
    for (int round = 0; round < ids.length; round++) {
      if (config.chunking() == Chunking.SLIDING) {
        addWindow(query, round, config, ids[round], real, met);
      } else {
        addChunks(query, round, config, hashed, order, real, met);
      }
    }
    return met;
  }

  /// The chunks of all rounds, one behind the other, form a ring.
  private static void addChunks(
      int query,
      int round,
      LshConfig config,
      boolean hashed,
      int[][] order,
      boolean[] real,
      List<Met> met) {
    int n = real.length;
    int perRound = Math.ceilDiv(n, config.chunk());
    int ring = order.length * perRound;
    int place =
        IntStream.range(0, n).filter(p -> order[round][p] == query).findFirst().orElseThrow();
    int own = round * perRound + place / config.chunk();
    for (int offset = hashed ? -config.before() : 0;
        offset <= (hashed ? config.after() : 0);
        offset++) {
      int chunk = Math.floorMod(own + offset, ring);
      int first = chunk % perRound * config.chunk();
      for (int p = first; p < Math.min(first + config.chunk(), n); p++) {
        int key = order[chunk / perRound][p];
        if (key == query || (real[key] && (!config.causal() || key <= query))) {
          met.add(new Met(key, round, chunk / perRound));
        }
      }
    }
  }

  /// The nearest of its own bucket, and itself.
  private static void addWindow(
      int query, int round, LshConfig config, int[] ids, boolean[] real, List<Met> met) {
    met.add(new Met(query, round, round));
    int before = config.chunk() * config.before();
    for (int key = query - 1; key >= 0 && before > 0; key--) {
      if (real[key] && ids[key] == ids[query]) {
        met.add(new Met(key, round, round));
        before--;
      }
    }
    int after = config.causal() ? 0 : config.chunk() * config.after();
    for (int key = query + 1; key < ids.length && after > 0; key++) {
      if (real[key] && ids[key] == ids[query]) {
        met.add(new Met(key, round, round));
        after--;
      }
    }
  }

  /// Positions by bucket, those of one bucket by position.
  private static int[] sorted(int[] ids) {
    return IntStream.range(0, ids.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> ids[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }
}
