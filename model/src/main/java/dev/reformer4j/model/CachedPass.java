package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Branch;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Embeddings;
import dev.reformer4j.layer.Readout;
import dev.reformer4j.layer.ReversibleStack;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Generation's forward pass: new tokens go through the stack alone, and attention finds the past
/// in caches.
///
/// A sequence that begins is computed as a whole, on all threads, and its caches are filled from
/// that. Tokens that come later go through the stack in blocks of up to 64, those of one sequence
/// in order, each seeing the ones before it; the sequences of a batch are shared out among the
/// threads.
final class CachedPass {
  /// Tokens of one block.
  private static final int BLOCK = 64;

  /// Of a token that is not the last of its sequence, and so need not say what comes next.
  private static final int NO_ANSWER = -1;

  private final ReformerConfig config;
  private final Embeddings embeddings;
  private final ReversibleStack stack;
  private final Readout readout;
  private final ConcurrentLinkedQueue<Scratch> idle = new ConcurrentLinkedQueue<>();

  /// @param readout the logits
  CachedPass(ReformerConfig config, Embeddings embeddings, ReversibleStack stack, Readout readout) {
    this.config = config;
    this.embeddings = embeddings;
    this.stack = stack;
    this.readout = readout;
  }

  ModelCache newCache() {
    for (ReversibleStack.Block block : stack.blocks()) {
      block.attention().newCache(1); // where no cache is possible, that is said now
    }
    return new ModelCache(this);
  }

  /// Reads what [ModelCache#write] wrote.
  ModelCache readCache(DataInput in) throws IOException {
    newCache(); // where no cache is possible, none can have been written
    return new CacheReading(config, stack).read(in, new ModelCache(this));
  }

  /// Empty caches for a sequence that begins with `n` tokens: with an automatic number of buckets
  /// its first length decides, as in Hugging Face.
  private void beginWith(int n, ModelCache cache) {
    int padded = Streams.paddedLength(config, n);
    cache.begin(
        n, stack.blocks().stream().map(block -> block.attention().newCache(padded)).toList());
  }

  Tensor extend(List<ModelCache> caches, int[][] newIds, Workers workers) {
    check(caches, newIds);
    Tensor logits = Tensor.zeros(caches.size(), readout.out());
    boolean done = false;
    try {
      extend(caches, newIds, logits, workers);
      done = true;
    } finally {
      if (!done) {
        caches.forEach(ModelCache::breakOff);
      }
    }
    return logits;
  }

  private void extend(List<ModelCache> caches, int[][] newIds, Tensor logits, Workers workers) {
    int[] growing = new int[caches.size()];
    int count = 0;
    for (int i = 0; i < growing.length; i++) {
      boolean begins = caches.get(i).length() == 0;
      if (begins) {
        beginWith(newIds[i].length, caches.get(i));
      }
      if (begins && newIds[i].length > 1) {
        begin(caches.get(i), newIds[i], logits, i, workers);
      } else {
        growing[count++] = i;
      }
    }
    grow(caches, newIds, growing, count, logits, workers);
  }

  private void check(List<ModelCache> caches, int[][] newIds) {
    if (caches.isEmpty() || caches.size() != newIds.length) {
      throw new IllegalArgumentException(
          caches.size()
              + " caches do not fit the ids of "
              + newIds.length
              + " sequences; give one for each, and at least one");
    }
    Set<ModelCache> different = Collections.newSetFromMap(new IdentityHashMap<>());
    different.addAll(caches);
    if (different.size() < caches.size()) {
      throw new IllegalArgumentException(
          "a cache was given twice; every sequence needs its own, such as a copy()");
    }
    for (int i = 0; i < newIds.length; i++) {
      if (!caches.get(i).isOf(this)) {
        throw new IllegalArgumentException(
            "cache "
                + i
                + " was made by another model; use newCache() or readCache() of this one, or a"
                + " copy() of what they gave");
      }
      caches.get(i).checkWhole();
      Ids.check(newIds[i], config.vocabularySize(), caches.get(i).length(), config.maxLength());
      if (caches.get(i).length() == 0) {
        Streams.checkRoom(config, newIds[i].length);
      }
    }
  }

  /// A whole sequence at once.
  private void begin(ModelCache cache, int[] ids, Tensor logits, int row, Workers workers) {
    Streams streams = Streams.of(config, embeddings, ids, 0, Optional.empty(), Draws.NONE, workers);
    stack.forward(streams.first(), streams.second(), cache.blocks(), streams.pass());
    Scratch scratch = take();
    scratch.keepLast(streams.first(), streams.second(), ids.length - 1, row, logits);
    scratch.readOff(logits);
    idle.add(scratch);
  }

  /// Tokens behind what is cached. Every thread takes a run of sequences.
  private void grow(
      List<ModelCache> caches,
      int[][] newIds,
      int[] sequences,
      int count,
      Tensor logits,
      Workers workers) {
    int tasks = Math.min(count, workers.threads());
    if (tasks == 0) {
      return;
    }
    workers.run(
        tasks,
        () ->
            task -> {
              Scratch scratch = take();
              int from = (int) ((long) task * count / tasks);
              int to = (int) ((task + 1L) * count / tasks);
              scratch.grow(caches, newIds, sequences, from, to, logits);
              idle.add(scratch);
            });
  }

  private Scratch take() {
    Scratch scratch = idle.poll();
    return scratch == null ? new Scratch() : scratch;
  }

  /// One thread's scratch: the streams of one block of tokens, and those of up to 64 last tokens,
  /// of which the logits are wanted.
  private final class Scratch {
    private final Tensor stream1 = Tensor.zeros(BLOCK, config.dModel());
    private final Tensor stream2 = Tensor.zeros(BLOCK, config.dModel());
    private final Tensor last1 = Tensor.zeros(BLOCK, config.dModel());
    private final Tensor last2 = Tensor.zeros(BLOCK, config.dModel());
    private final Tensor read = Tensor.zeros(BLOCK, readout.out());
    private final Readout.Step readoutStep = readout.step();
    private final List<Branch.Step> attention =
        stack.blocks().stream().map(block -> block.attention().step()).toList();
    private final List<Branch.Step> feedForward =
        stack.blocks().stream().map(block -> block.feedForward().step()).toList();
    private final ModelCache[] sequence = new ModelCache[BLOCK];
    private final AttentionCache[] past = new AttentionCache[BLOCK];
    private final int[] answer = new int[BLOCK];
    private final int[] answerOfLast = new int[BLOCK];
    private int count;
    private int lasts;

    /// Appends ids to sequences `from` to `to` of those that grow.
    void grow(
        List<ModelCache> caches, int[][] newIds, int[] growing, int from, int to, Tensor logits) {
      count = 0;
      lasts = 0;
      for (int at = from; at < to; at++) {
        ModelCache cache = caches.get(growing[at]);
        int[] ids = newIds[growing[at]];
        int first = cache.length();
        for (int i = 0; i < ids.length; i++) {
          if (count == BLOCK) {
            run(logits);
          }
          embeddings.embed(ids[i], first + i, stream1, count);
          sequence[count] = cache;
          answer[count] = i == ids.length - 1 ? growing[at] : NO_ANSWER;
          count++;
        }
      }
      run(logits);
      readOff(logits);
    }

    /// Sends the block through the stack.
    private void run(Tensor logits) {
      Workers.checkpoint();
      int numbers = count * config.dModel();
      System.arraycopy(stream1.data(), 0, stream2.data(), 0, numbers);
      for (int block = 0; block < attention.size(); block++) {
        for (int i = 0; i < count; i++) {
          past[i] = sequence[i].blocks().get(block);
        }
        attention.get(block).addTo(stream2, stream1, count, past);
        feedForward.get(block).addTo(stream1, stream2, count, past);
      }
      for (int i = 0; i < count; i++) {
        if (answer[i] != NO_ANSWER) {
          keepLast(stream1, stream2, i, answer[i], logits);
        }
      }
      count = 0;
    }

    /// Keeps one token of two streams, whose logits go to a row of the answers.
    void keepLast(Tensor from1, Tensor from2, int token, int row, Tensor logits) {
      if (lasts == BLOCK) {
        readOff(logits);
      }
      int d = config.dModel();
      System.arraycopy(from1.data(), token * d, last1.data(), lasts * d, d);
      System.arraycopy(from2.data(), token * d, last2.data(), lasts * d, d);
      answerOfLast[lasts++] = row;
    }

    /// The logits of all tokens that were kept.
    void readOff(Tensor logits) {
      readoutStep.run(last1, last2, 0, lasts, read, 0);
      int width = readout.out();
      for (int i = 0; i < lasts; i++) {
        System.arraycopy(read.data(), i * width, logits.data(), answerOfLast[i] * width, width);
      }
      lasts = 0;
    }
  }
}
