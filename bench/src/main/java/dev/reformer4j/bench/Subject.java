package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Attended.Rule;
import dev.reformer4j.tensor.Tensor;

/// One attention to measure, its input, and how its results are checked: causal, chunk 64 with one
/// chunk before.
public abstract sealed class Subject {
  private static final int CHUNK = 64;
  private static final int SAMPLES = 16;

  /// Tokens and width of the case whose gradients are checked in full: awkward on purpose.
  private static final int SMALL = 333;

  private static final int SMALL_WIDTH = 24;

  final AttentionInput input;

  private Subject(AttentionInput input) {
    this.input = input;
  }

  /// LSH attention.
  public static Subject lsh(int heads, int n, int width, int rounds, Buckets buckets) {
    LshConfig config =
        LshConfig.defaults().withCausal(true).withRounds(rounds).withBuckets(buckets);
    return new Lsh(RandomTensors.shared(heads, n, width), config);
  }

  /// Local attention, separate queries and keys.
  public static Subject local(int heads, int n, int width) {
    return new Local(RandomTensors.separate(heads, n, width));
  }

  /// Exact attention, separate queries and keys as in PyTorch.
  public static Subject exact(int heads, int n, int width) {
    return new Exact(RandomTensors.separate(heads, n, width));
  }

  /// Runs forward.
  public abstract AttentionResult forward(Workers workers);

  /// Runs backward from what forward gave; the values serve as the gradient of the output.
  public abstract Gradients backward(AttentionResult result, Workers workers);

  abstract void checkOutputs(AttentionResult result, int head, int samples);

  abstract void checkGradients(Gradients gradients);

  abstract Subject small(AttentionInput smallInput);

  /// Checks sampled queries of the first and the last head at full size, and all gradients of a
  /// small case.
  ///
  /// @throws IllegalStateException if anything is off
  public final void check(Workers workers) {
    AttentionResult result = forward(workers);
    checkOutputs(result, 0, SAMPLES);
    checkOutputs(result, input.heads() - 1, SAMPLES);
    Tensor qk = RandomTensors.of(5, 1, SMALL, SMALL_WIDTH);
    Tensor value = RandomTensors.of(6, 1, SMALL, SMALL_WIDTH);
    Subject small =
        small(
            input.isShared()
                ? AttentionInput.shared(qk, value)
                : AttentionInput.separate(qk, RandomTensors.of(7, 1, SMALL, SMALL_WIDTH), value));
    AttentionResult smallResult = small.forward(workers);
    small.checkOutputs(smallResult, 0, SMALL);
    small.checkGradients(small.backward(smallResult, workers));
  }

  private static final class Lsh extends Subject {
    private static final Rotations ROTATIONS = Rotations.seeded(7);
    private final LshConfig config;
    private final LshAttention attention;

    Lsh(AttentionInput input, LshConfig config) {
      super(input);
      this.config = config;
      this.attention = new LshAttention(config, ROTATIONS);
    }

    @Override
    public LshResult forward(Workers workers) {
      return attention.forward(input, workers);
    }

    @Override
    public Gradients backward(AttentionResult result, Workers workers) {
      return attention.backward(input, (LshResult) result, input.value(), workers);
    }

    @Override
    void checkOutputs(AttentionResult result, int head, int samples) {
      LshResult lsh = (LshResult) result;
      int columns = java.util.Arrays.stream(lsh.hashes().factors()).sum() / 2;
      Tensor drawn = ROTATIONS.draw(input.heads(), input.dQk(), config.rounds(), columns);
      Checks.hashes(input, lsh.hashes(), drawn, head, samples);
      Windows.Window window = Windows.lsh(config, lsh.hashes(), head);
      Checks.outputs(input, result, head, samples, window, true, Rule.SHARED);
    }

    @Override
    void checkGradients(Gradients gradients) {
      Windows.Window window = Windows.lsh(config, attention.hash(input, Workers.inline()), 0);
      Checks.gradients(input, input.value(), gradients, window, true, Rule.SHARED);
    }

    @Override
    Subject small(AttentionInput smallInput) {
      return new Lsh(smallInput, config.withBuckets(Buckets.of(4, 2)));
    }
  }

  private static final class Local extends Subject {
    private final LocalAttention attention =
        new LocalAttention(LocalConfig.defaults().withChunk(CHUNK).withCausal(true));

    Local(AttentionInput input) {
      super(input);
    }

    @Override
    public AttentionResult forward(Workers workers) {
      return attention.forward(input, workers);
    }

    @Override
    public Gradients backward(AttentionResult result, Workers workers) {
      return attention.backward(input, result, input.value(), workers);
    }

    @Override
    void checkOutputs(AttentionResult result, int head, int samples) {
      Checks.outputs(input, result, head, samples, window(), true, Rule.SEPARATE);
    }

    @Override
    void checkGradients(Gradients gradients) {
      Checks.gradients(input, input.value(), gradients, window(), true, Rule.SEPARATE);
    }

    private Windows.Window window() {
      return Windows.local(input.n(), CHUNK, 1, 0);
    }

    @Override
    Subject small(AttentionInput smallInput) {
      return new Local(smallInput);
    }
  }

  private static final class Exact extends Subject {
    private final ExactAttention attention = new ExactAttention(new ExactConfig(true));

    Exact(AttentionInput input) {
      super(input);
    }

    @Override
    public AttentionResult forward(Workers workers) {
      return attention.forward(input, workers);
    }

    @Override
    public Gradients backward(AttentionResult result, Workers workers) {
      return attention.backward(input, result, input.value(), workers);
    }

    @Override
    void checkOutputs(AttentionResult result, int head, int samples) {
      Checks.outputs(input, result, head, samples, Windows.full(input.n()), true, Rule.SEPARATE);
    }

    @Override
    void checkGradients(Gradients gradients) {
      Checks.gradients(
          input, input.value(), gradients, Windows.full(input.n()), true, Rule.SEPARATE);
    }

    @Override
    Subject small(AttentionInput smallInput) {
      return new Exact(smallInput);
    }
  }
}
