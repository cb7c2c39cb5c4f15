package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// One round of LSH attention over a stretch of tokens that are hashed and sorted already, for
/// those who hash and sort elsewhere: over several machines, or from a file.
///
/// What a token gets is right if the stretch holds all that its window holds: the chunks before and
/// after its own, or with sliding windows that many tokens of its bucket. So stretches overlap, and
/// tokens near the ends are there as keys only.
///
/// A whole attention is the merge of all rounds: with `l` the logarithm of the sum of `exp` of all
/// `lᵣ`, the output is `Σ exp(lᵣ − l) · outputᵣ`.
public final class SortedAttention {
  /// What every token got of its round.
  ///
  /// @param output `[n, dV]`
  /// @param logSumExp `[n]` natural logarithm, −∞ where nothing was seen; double, since rounds are
  ///   merged by its exponential
  public record Result(Tensor output, double[] logSumExp) {}

  private final LshConfig config;

  /// @param config its rounds and buckets are not read
  /// @throws IllegalArgumentException if it counts meetings, which must know all rounds
  public SortedAttention(LshConfig config) {
    if (config.countOnce()) {
      throw new IllegalArgumentException(
          "counting every pair once needs all rounds of a sequence side by side; attend without"
              + " countOnce, or on one machine");
    }
    this.config = config;
  }

  /// Attends.
  ///
  /// @throws IllegalArgumentException if a number is not finite, or chunks are missing, not wanted
  ///   or longer than the configuration's
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public Result forward(SortedTokens tokens, Workers workers) {
    checkChunks(tokens);
    int n = tokens.n();
    AttentionInput input =
        AttentionInput.shared(
            tokens.qk().reshape(1, n, tokens.qk().dim(1)),
            tokens.value().reshape(1, n, tokens.value().dim(1)));
    float[] keyScale = new float[n];
    int[] noFactors = {};
    Hashing.hashAll(
        input,
        input.query(),
        new float[0],
        1,
        noFactors,
        new int[1][0],
        keyScale,
        () -> {},
        workers);
    Tensor output = Tensor.zeros(tokens.value().shape());
    AttentionData data = new AttentionData(input, keyScale, _ -> pattern(tokens));
    SoftmaxState state = ForwardPass.run(data, output.data(), workers);
    double[] logSumExp = new double[n];
    Arrays.setAll(logSumExp, i -> state.max()[i] * Math.log(2) + Math.log((double) state.sum()[i]));
    return new Result(output, logSumExp);
  }

  private Pattern pattern(SortedTokens tokens) {
    return config.chunking() == Chunking.SLIDING
        ? new SlidingPattern(config, Tokens.all(tokens.n()), Orders.sorted(tokens.bucket()), true)
        : new StretchPattern(config, tokens);
  }

  private void checkChunks(SortedTokens tokens) {
    int[] start = tokens.chunkStart();
    if (start.length > 0 != (config.chunking() == Chunking.CHUNKED)) {
      throw new IllegalArgumentException(
          start.length
              + " chunks were given, but chunking is "
              + config.chunking()
              + "; give chunks with CHUNKED, and none with SLIDING");
    }
    for (int chunk = 0; chunk < start.length; chunk++) {
      int end = chunk + 1 < start.length ? start[chunk + 1] : tokens.n();
      if (end - start[chunk] > config.chunk()) {
        throw new IllegalArgumentException(
            "chunk "
                + chunk
                + " holds "
                + (end - start[chunk])
                + " tokens, but the configuration's hold at most "
                + config.chunk());
      }
    }
  }
}
