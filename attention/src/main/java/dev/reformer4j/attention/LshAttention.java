package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;

/// Attention by locality-sensitive hashing (Kitaev, Kaiser, Levskaya 2020, "Reformer", section 3).
///
/// Every token is hashed by random rotations, tokens are sorted by bucket, and each attends to a
/// window of that order; several rounds with other rotations are merged by log-sum-exp. Cost:
/// O(rounds · n · (columns + window) · d) instead of O(n² · d).
///
/// {@snippet :
/// var attention = new LshAttention(LshConfig.defaults().withCausal(true), Rotations.seeded(7));
/// try (var workers = Workers.allProcessors()) {
///   LshResult result = attention.forward(AttentionInput.shared(qk, v), workers);
///   float[] output = result.output().data();
/// }
/// }
///
/// The result depends on input, configuration and rotations alone, to the bit, whatever the number
/// of threads. An instance may be shared by threads; it keeps the rotations it drew last, and
/// nothing else.
public final class LshAttention {
  private final LshConfig config;
  private final Rotations rotations;
  private volatile Drawn lastDrawn = new Drawn(0, 0, 0, new float[0]);

  private record Drawn(int heads, int dQk, int columns, float[] numbers) {}

  /// @param rotations drawn once for a number of heads and columns, and kept
  public LshAttention(LshConfig config, Rotations rotations) {
    this.config = config;
    this.rotations = rotations;
  }

  /// What defines it.
  public LshConfig config() {
    return config;
  }

  /// Attends.
  ///
  /// @return output and log-sum-exp for every query, and the hashes
  /// @throws IllegalArgumentException if a number is not finite, or the rotations do not fit
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public LshResult forward(AttentionInput input, Workers workers) {
    // One thread clears the output, which the virtual machine does before it hands it out. The
    // others hash meanwhile: of gigabytes that are touched for the first time it takes as long.
    Tensor[] output = new Tensor[1];
    Hashes hashes = hash(input, () -> output[0] = Tensor.zeros(input.value().shape()), workers);
    return forward(input, hashes, output[0], workers);
  }

  /// Attends with hashes made before by [#hash].
  ///
  /// @throws IllegalArgumentException if a number is not finite, or the hashes are of another
  ///   input's shape or were made with other rounds, buckets, chunk or chunking
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public LshResult forward(AttentionInput input, Hashes hashes, Workers workers) {
    return forward(input, hashes, Tensor.zeros(input.value().shape()), workers);
  }

  private LshResult forward(AttentionInput input, Hashes hashes, Tensor output, Workers workers) {
    SoftmaxState state = ForwardPass.run(data(input, hashes), output.data(), workers);
    return LshResult.of(input, output, state, hashes);
  }

  /// Hashes and sorts, without attending.
  ///
  /// @throws IllegalArgumentException if a number is not finite, or the rotations do not fit
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public Hashes hash(AttentionInput input, Workers workers) {
    return hash(input, () -> {}, workers);
  }

  private Hashes hash(AttentionInput input, Runnable beside, Workers workers) {
    boolean oneChunk = config.chunking() == Chunking.CHUNKED && input.n() <= config.chunk();
    int[] factors = oneChunk ? new int[0] : config.buckets().factors(input.n(), config.chunk());
    int rounds = oneChunk ? 1 : config.rounds();
    int rows = input.batch() * input.heads();
    float[] drawn = oneChunk ? new float[0] : draw(input.heads(), input.dQk(), factors);
    float[] keyScale = new float[Tensor.sizeOf(rows, input.n())];
    int[][] ids = new int[Tensor.sizeOf(rows, rounds)][input.n()];
    int[][] keyIds = ids;
    if (input.isShared()) {
      Hashing.hashAll(input, input.query(), drawn, rounds, factors, ids, keyScale, beside, workers);
    } else {
      keyIds = new int[rows * rounds][input.n()];
      Hashing.hashAll(
          input, input.query(), drawn, rounds, factors, ids, new float[0], beside, workers);
      Hashing.hashAll(
          input, input.key(), drawn, rounds, factors, keyIds, keyScale, () -> {}, workers);
    }
    int[][] order = sort(ids, factors, workers);
    int[][] keyOrder = input.isShared() ? order : sort(keyIds, factors, workers);
    return new Hashes(config, input, factors, ids, keyIds, order, keyOrder, keyScale);
  }

  /// Goes backward. The gradient flows through scores, unit keys and values, and through the
  /// weights of the rounds; there is none through hashing and sorting, which are constant almost
  /// everywhere.
  ///
  /// @param result what [#forward] gave for this input
  /// @param outputGradient of the shape of the output
  /// @throws IllegalArgumentException if shapes disagree, or the output gradient is not finite
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public Gradients backward(
      AttentionInput input, LshResult result, Tensor outputGradient, Workers workers) {
    return BackwardPass.run(data(input, result.hashes()), result, outputGradient, workers);
  }

  /// An empty cache, which attends to one growing sequence token by token.
  ///
  /// With [Chunking#SLIDING] every step gives, to the bit, the row that [#forward] gives for the
  /// same token in any sequence that begins alike: what a token sees does not depend on later ones.
  /// (Where windows are wider than 4,096 tokens the last bits may differ.) The cache holds for
  /// every head, round and bucket in use the last chunk · before tokens, so memory and the cost of
  /// a step have a bound that does not depend on the length of the sequence.
  ///
  /// With [Chunking#CHUNKED] a step follows the definition of Hugging Face's cached decoding, which
  /// is another than that of a full pass: the borders of chunks move with every token. Up to one
  /// chunk it has the bits of the full pass. The cache holds all tokens; the cost of a step does
  /// not depend on how many.
  ///
  /// @throws IllegalArgumentException if a number is below 1, the rotations do not fit, or the
  ///   configuration is one that cannot go token by token: it is not causal, looks at chunks after,
  ///   counts meetings, or lets the length choose the buckets
  public LshCache newCache(int heads, int dQk, int dV) {
    CacheChecks.check(config, heads, dQk, dV);
    int[] factors = config.buckets().factors(1, config.chunk());
    float[] drawn = draw(heads, dQk, factors);
    StepHashing hashing = new StepHashing(drawn, dQk, config.rounds(), factors);
    return config.chunking() == Chunking.SLIDING
        ? new SlidingCache(config, hashing, heads, dQk, dV)
        : new ChunkedCache(config, hashing, heads, dQk, dV);
  }

  /// Reads a cache that [AttentionCache#write] wrote for the same configuration and rotations.
  ///
  /// @throws IllegalArgumentException as [#newCache]
  /// @throws IOException if it was written with others, is damaged, or ends early
  public LshCache readCache(DataInput in, int heads, int dQk, int dV) throws IOException {
    LshCache cache = newCache(heads, dQk, dV);
    cache.read(new CacheReader(in));
    return cache;
  }

  private AttentionData data(AttentionInput input, Hashes hashes) {
    hashes.checkMadeFor(input, config);
    return new AttentionData(
        input,
        hashes.keyScale(),
        row -> {
          int sequence = row / input.heads();
          Tokens tokens = Tokens.of(input, sequence);
          Orders orders = Orders.of(hashes, sequence, row % input.heads());
          return config.chunking() == Chunking.SLIDING
              ? new SlidingPattern(config, tokens, orders, input.isShared())
              : ChunkPattern.lsh(config, tokens, orders, hashes.isHashed(), input.isShared());
        });
  }

  /// The rotations for an input. Drawing them takes longer than hashing a short sequence, so the
  /// last ones are kept.
  private float[] draw(int heads, int dQk, int[] factors) {
    int columns = Buckets.columns(factors);
    Drawn kept = lastDrawn;
    if (kept.heads != heads || kept.dQk != dQk || kept.columns != columns) {
      Tensor drawn = Hashing.draw(rotations, heads, dQk, config.rounds(), columns);
      kept = new Drawn(heads, dQk, columns, drawn.data());
      lastDrawn = kept;
    }
    return kept.numbers;
  }

  private int[][] sort(int[][] ids, int[] factors, Workers workers) {
    int[][] order = new int[ids.length][];
    workers.run(
        ids.length,
        () -> {
          BucketOrder sorter = new BucketOrder(ids[0].length, Buckets.count(factors));
          return row ->
              order[row] =
                  config.chunking() == Chunking.SLIDING
                      ? sorter.byBucket(ids[row])
                      : sorter.byChunk(ids[row], config.chunk());
        });
    return order;
  }
}
