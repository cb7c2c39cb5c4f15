package dev.reformer4j.plan;

import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshConfig;
import java.util.Arrays;

/// One way to attend: exactly, or by hashing.
public sealed interface Method {
  /// Floating-point operations of a forward pass, counted from the definition; a multiplication and
  /// an addition are two.
  double arithmetic(Workload load);

  /// Bytes alive at once in a forward pass, inputs and results included.
  double memory(Workload load);

  /// Every query against every key.
  record Exact() implements Method {
    /// Scores and values of every pair that may see each other.
    @Override
    public double arithmetic(Workload load) {
      double n = load.tokens();
      double pairs = load.causal() ? n * (n + 1) / 2 : n * n;
      return load.heads() * pairs * 2 * (load.dQk() + load.dV());
    }

    /// The tiles are scratch; only inputs and results are of the sequence's size.
    @Override
    public double memory(Workload load) {
      return Allocations.inputsAndOutput(load) + Allocations.statistics(load);
    }
  }

  /// Queries against the keys near them in bucket order.
  ///
  /// @param config its buckets may be `auto`
  record Lsh(LshConfig config) implements Method {
    /// Per token and round: one product with every column of the rotation, and scores and values of
    /// the keys seen.
    @Override
    public double arithmetic(Workload load) {
      boolean oneChunk = hashesNothing(load);
      int keys = oneChunk ? load.tokens() : config.chunk() * (1 + config.before() + config.after());
      int columns = oneChunk ? 0 : Arrays.stream(factors(load)).sum() / 2;
      int rounds = oneChunk ? 1 : config.rounds();
      double perToken = 2.0 * load.dQk() * columns + 2.0 * keys * (load.dQk() + load.dV());
      return (double) load.heads() * rounds * load.tokens() * perToken;
    }

    /// Besides inputs and results: bucket and place of every token in every round and head, and
    /// what hashing takes.
    @Override
    public double memory(Workload load) {
      double hashes =
          hashesNothing(load) ? 0 : 8.0 * load.tokens() * config.rounds() * load.heads();
      return Allocations.inputsAndOutput(load)
          + Allocations.statistics(load)
          + hashes
          + hashing(load);
    }

    /// Bytes that hashing takes whatever the number of tokens: the rotations of all heads, and
    /// those of one head and the rotated values of 64 tokens as two threads hold them.
    public double hashing(Workload load) {
      if (hashesNothing(load)) {
        return 0;
      }
      double columns = config.rounds() * (Arrays.stream(factors(load)).sum() / 2.0);
      return 4 * columns * (load.heads() * load.dQk() + 2.0 * (load.dQk() + 64));
    }

    /// The bucket factors for a sequence of this length.
    public int[] factors(Workload load) {
      return config.buckets().factors(load.tokens(), config.chunk());
    }

    private boolean hashesNothing(Workload load) {
      return config.chunking() == dev.reformer4j.attention.Chunking.CHUNKED
          && load.tokens() <= config.chunk();
    }
  }

  /// Queries against the keys near them in the text.
  record Local(LocalConfig config) implements Method {
    /// Scores and values of the keys seen.
    @Override
    public double arithmetic(Workload load) {
      int keys = Math.min(load.tokens(), config.chunk() * (1 + config.before() + config.after()));
      return 2.0 * load.heads() * load.tokens() * keys * (load.dQk() + load.dV());
    }

    /// Queries and keys are apart.
    @Override
    public double memory(Workload load) {
      double keys = 4.0 * load.tokens() * load.heads() * load.dQk();
      return keys + Allocations.inputsAndOutput(load) + Allocations.statistics(load);
    }
  }
}
