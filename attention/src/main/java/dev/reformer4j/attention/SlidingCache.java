package dev.reformer4j.attention;

import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The cache of sliding windows: for every head, round and bucket the last W = chunk · before
/// tokens. What a token sees does not depend on later ones, so a step has the bits of the full
/// pass, and costs the same however long the sequence is.
final class SlidingCache extends LshCache {
  private static final int KIND = 1;

  private final int window;

  /// Of every head and round.
  private final List<BucketTable<TokenRing>> tables;

  private final RingSoftmax softmax;

  /// The new token's, `[heads, rounds]`.
  private final int[] ids;

  private final TokenRing[] rings;

  SlidingCache(LshConfig config, StepHashing hashing, int heads, int dQk, int dV) {
    this(config, hashing, heads, dQk, dV, new ArrayList<>());
    for (int i = 0; i < ids.length; i++) {
      tables.add(new BucketTable<>(hashing.buckets()));
    }
  }

  private SlidingCache(
      LshConfig config,
      StepHashing hashing,
      int heads,
      int dQk,
      int dV,
      List<BucketTable<TokenRing>> tables) {
    super(config, hashing, heads, dQk, dV);
    this.window = config.chunk() * config.before();
    this.tables = tables;
    this.softmax = new RingSoftmax(dQk, dV);
    this.ids = new int[heads * config.rounds()];
    this.rings = new TokenRing[ids.length];
  }

  @Override
  void attend(float[] query, float[] key, float[] value, float[] output) {
    measure(query, value);
    int rounds = config.rounds();
    for (int head = 0; head < heads; head++) {
      hashing.hash(query, head * dQk, head, ids, head * rounds);
    }
    for (int i = 0; i < rings.length; i++) {
      rings[i] = ring(i, ids[i]);
      rings[i].reserve();
      softmax.reserve(rings[i].count() + 1);
    }
    for (int head = 0; head < heads; head++) {
      softmax.begin();
      for (int round = 0; round < rounds; round++) {
        softmax.attend(
            rings[head * rounds + round],
            query,
            head * dQk,
            value,
            head * dV,
            output,
            head * dV,
            round == rounds - 1);
      }
      for (int round = 0; round < rounds; round++) {
        rings[head * rounds + round].push(query, head * dQk, scale[head], value, head * dV);
      }
    }
  }

  @Override
  void take(AttentionInput prompt, Hashes hashes, int tokens) {
    int n = prompt.n();
    for (int i = 0; i < tables.size(); i++) {
      int head = i / config.rounds();
      int[] id = hashes.ids(0, head, i % config.rounds());
      int[] order = hashes.order(0, head, i % config.rounds());
      for (int place = 0; place < tokens; place++) {
        int token = order[place];
        boolean isKept = place + window >= tokens || id[order[place + window]] != id[token];
        if (isKept) {
          int at = head * n + token;
          ring(i, id[token])
              .push(
                  prompt.query().data(),
                  at * dQk,
                  hashes.keyScale()[at],
                  prompt.value().data(),
                  at * dV);
        }
      }
    }
  }

  private TokenRing ring(int headRound, int bucket) {
    BucketTable<TokenRing> table = tables.get(headRound);
    TokenRing ring = table.get(bucket);
    if (ring == null) {
      ring = new TokenRing(window, dQk, dV);
      table.put(bucket, ring);
    }
    return ring;
  }

  @Override
  long arrayBytes() {
    long[] bytes = {commonBytes() + softmax.bytes() + Integer.BYTES * 2L * ids.length};
    for (BucketTable<TokenRing> table : tables) {
      bytes[0] += table.bytes();
      table.forEach((_, ring) -> bytes[0] += ring.bytes());
    }
    return bytes[0];
  }

  @Override
  public SlidingCache copy() {
    List<BucketTable<TokenRing>> copies = new ArrayList<>();
    tables.forEach(table -> copies.add(table.copy(TokenRing::copy)));
    SlidingCache copy = new SlidingCache(config, hashing.copy(), heads, dQk, dV, copies);
    copy.addLength(length());
    return copy;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    writeHeader(out, KIND);
    for (BucketTable<TokenRing> table : tables) {
      List<Integer> buckets = new ArrayList<>();
      table.forEach((bucket, ring) -> addUnlessEmpty(buckets, bucket, ring));
      out.writeInt(buckets.size());
      for (int bucket : buckets) {
        out.writeInt(bucket);
        out.writeInt(table.get(bucket).count());
        table.get(bucket).write(out);
      }
    }
  }

  private static void addUnlessEmpty(List<Integer> buckets, int bucket, TokenRing ring) {
    if (ring.count() > 0) {
      buckets.add(bucket);
    }
  }

  @Override
  void read(CacheReader in) throws IOException {
    readHeader(in, KIND);
    TokenReader token = new TokenReader(in, dQk, dV);
    for (int i = 0; i < tables.size(); i++) {
      int buckets = in.whole("buckets in use", 0, Math.min(hashing.buckets(), length()));
      long tokens = 0;
      boolean anyFull = false;
      int bucket = -1;
      for (int each = 0; each < buckets; each++) {
        bucket = in.whole("bucket", bucket + 1, hashing.buckets() - 1);
        int count = in.whole("tokens of a bucket", 1, Math.min(window, length()));
        for (int at = 0; at < count; at++) {
          token.read();
          ring(i, bucket).push(token.key, 0, token.keyScale(), token.value, 0);
        }
        tokens += count;
        anyFull |= count == window;
      }
      if (tokens > length() || (tokens < length() && !anyFull)) {
        throw CacheReader.damaged(
            "its buckets hold " + tokens + " tokens of a sequence of " + length());
      }
    }
  }
}
