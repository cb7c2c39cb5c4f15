package dev.reformer4j.attention;

import java.io.DataOutput;
import java.io.IOException;

/// The cache of LSH attention in chunks of the bucket order, as Hugging Face defines its cached
/// step (`LSHSelfAttention.forward` with `past_buckets_states`), but for its defects.
///
/// Such attention is not prefix-stable: a later token moves the borders of chunks, so what a full
/// pass over n tokens says of token i changes with n, and no cached step can equal it. The step for
/// token n − 1, the last of n, is:
///
/// - n ≤ chunk: its query against all n tokens, in one round, which is the full pass.
/// - Else, in every round, all n tokens are sorted by bucket, stably, so that the new one is the
///   last of its bucket, at some place p. The query sees the places from `(⌊p / chunk⌋ − before) ·
///   chunk` on, `(before + 1) · chunk` of them. Places below 0 are the last of the round before,
///   and in the first round of the last one, as in the full pass. Places from n on are the first of
///   the same round: the step always sees full chunks, where the last chunk of the full pass is
///   short. A token that is met twice counts twice.
/// - The logit is query · key with a key of unit length; the new token itself has −10⁵ wherever it
///   is met, and all else that is met is the past, so nothing else is masked, but keys of other
///   buckets if [LshConfig#maskOtherBuckets()] says so. All rounds are one softmax.
///
/// Where Hugging Face (transformers 5.18) differs: a batch takes the states of its first sequence;
/// places below 0 stay within their round; after a prompt of exactly `chunk` tokens the next one is
/// still attended unsorted; and after a padded prompt with several rounds the new token's bucket
/// may be off by one for every round before, as the past counts an extra bucket for padding.
///
/// All tokens are kept. A step gathers its window, whatever n is, by [GrowingOrder].
final class ChunkedCache extends LshCache {
  private static final int KIND = 3;

  private final TokenStore store;

  /// Of every head and round.
  private final GrowingOrder[] orders;

  private final GatherSoftmax softmax;
  private final Window window = new Window();

  /// The new token's, `[heads, rounds]`.
  private final int[] ids;

  ChunkedCache(LshConfig config, StepHashing hashing, int heads, int dQk, int dV) {
    this(config, hashing, heads, dQk, dV, new TokenStore(heads, dQk, dV));
    for (int i = 0; i < orders.length; i++) {
      orders[i] = new GrowingOrder(hashing.buckets());
    }
  }

  private ChunkedCache(
      LshConfig config, StepHashing hashing, int heads, int dQk, int dV, TokenStore store) {
    super(config, hashing, heads, dQk, dV);
    this.store = store;
    this.orders = new GrowingOrder[heads * config.rounds()];
    this.softmax = new GatherSoftmax(dQk, dV);
    this.ids = new int[orders.length];
  }

  @Override
  void attend(float[] query, float[] key, float[] value, float[] output) {
    measure(query, value);
    for (int head = 0; head < heads; head++) {
      hashing.hash(query, head * dQk, head, ids, head * config.rounds());
    }
    reserve();
    for (int head = 0; head < heads; head++) {
      store.put(head, query, head * dQk, scale[head], value, head * dV);
    }
    store.next();
    for (int i = 0; i < orders.length; i++) {
      orders[i].add(ids[i]);
    }
    int rounds = isOneChunk() ? 1 : config.rounds();
    for (int head = 0; head < heads; head++) {
      softmax.begin();
      for (int round = 0; round < rounds; round++) {
        look(head, round);
        boolean last = round == rounds - 1;
        softmax.attend(store, head, window, query, head * dQk, output, head * dV, last);
      }
    }
  }

  /// Room for one more token, before anything changes.
  private void reserve() {
    store.reserve(1);
    for (int i = 0; i < orders.length; i++) {
      orders[i].reserve(ids[i]);
    }
    int most = store.count() < config.chunk() ? store.count() + 1 : width();
    window.reserve(most);
    softmax.reserve(most);
  }

  private boolean isOneChunk() {
    return store.count() <= config.chunk();
  }

  private int width() {
    return (config.before() + 1) * config.chunk();
  }

  /// Fills the window with what the new token sees in a round.
  private void look(int head, int round) {
    int n = store.count();
    window.begin();
    if (isOneChunk()) {
      window.addFirst(n);
      return;
    }
    int own = head * config.rounds() + round;
    int chunk = orders[own].lastPlace(ids[own]) / config.chunk();
    int from = (chunk - config.before()) * config.chunk();
    int to = from + width();
    int earlier = round;
    for (int below = -from; below > 0; below -= n) {
      earlier = earlier == 0 ? config.rounds() - 1 : earlier - 1;
      window.show(shownIn(earlier, round, ids[own]));
      orders[head * config.rounds() + earlier].addTo(window, Math.max(0, n - below), n);
    }
    window.show(shownIn(round, round, ids[own]));
    orders[own].addTo(window, Math.max(0, from), Math.min(n, to));
    orders[own].addTo(window, 0, Math.max(0, to - n));
  }

  /// Where other buckets are masked, those of other rounds are others.
  private int shownIn(int round, int ownRound, int ownBucket) {
    if (!config.maskOtherBuckets()) {
      return Window.ALL;
    }
    return round == ownRound ? ownBucket : Window.NONE;
  }

  @Override
  void take(AttentionInput prompt, Hashes hashes, int tokens) {
    store.reserve(tokens);
    int rounds = config.rounds();
    for (int token = 0; token < tokens; token++) {
      for (int head = 0; head < heads; head++) {
        int at = head * prompt.n() + token;
        float[] query = prompt.query().data();
        float keyScale = hashes.keyScale()[at];
        store.put(head, query, at * dQk, keyScale, prompt.value().data(), at * dV);
        if (!hashes.isHashed()) {
          hashing.hash(query, at * dQk, head, ids, head * rounds);
        }
        for (int round = 0; round < rounds; round++) {
          int own = head * rounds + round;
          orders[own].add(hashes.isHashed() ? hashes.ids(0, head, round)[token] : ids[own]);
        }
      }
      store.next();
    }
  }

  @Override
  long arrayBytes() {
    long bytes = commonBytes() + store.bytes() + softmax.bytes() + window.bytes();
    for (GrowingOrder order : orders) {
      bytes += order.bytes();
    }
    return bytes + Integer.BYTES * (long) ids.length;
  }

  @Override
  public ChunkedCache copy() {
    ChunkedCache copy = new ChunkedCache(config, hashing.copy(), heads, dQk, dV, store.copy());
    for (int i = 0; i < orders.length; i++) {
      copy.orders[i] = orders[i].copy();
    }
    copy.addLength(length());
    return copy;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    writeHeader(out, KIND);
    for (int token = 0; token < store.count(); token++) {
      for (int head = 0; head < heads; head++) {
        for (int k = token * dQk; k < (token + 1) * dQk; k++) {
          out.writeFloat(store.keys(head)[k]);
        }
        for (int k = token * dV; k < (token + 1) * dV; k++) {
          out.writeFloat(store.values(head)[k]);
        }
      }
    }
    for (GrowingOrder order : orders) {
      for (int id : order.ids()) {
        out.writeInt(id);
      }
    }
  }

  @Override
  void read(CacheReader in) throws IOException {
    readHeader(in, KIND);
    TokenReader token = new TokenReader(in, dQk, dV);
    for (int i = 0; i < length(); i++) {
      store.reserve(1);
      for (int head = 0; head < heads; head++) {
        token.read();
        store.put(head, token.key, 0, token.keyScale(), token.value, 0);
      }
      store.next();
    }
    for (GrowingOrder order : orders) {
      for (int i = 0; i < length(); i++) {
        order.add(in.whole("bucket", 0, hashing.buckets() - 1));
      }
    }
  }
}
