package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.words.Unit;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/// A vector of its own for every word, at once: tests of the server need no better ones. Two heads,
/// so that they can be told apart. The text `wait` takes until the thread is interrupted.
final class QuickSource implements Source {
  static final String WAIT = "wait";

  /// Counted down when a text that waits has been interrupted.
  final CountDownLatch interrupted = new CountDownLatch(1);

  /// Counted down when such a text has begun to wait.
  final CountDownLatch waiting = new CountDownLatch(1);

  @Override
  public String name() {
    return "quick vectors";
  }

  @Override
  public List<Layer> layers() {
    return List.of();
  }

  @Override
  public Material read(
      String text, Optional<Unit> unit, Optional<Integer> layer, int mostTokens, Workers workers) {
    if (text.equals(WAIT)) {
      waitForInterrupt();
    }
    List<String> tokens = Unit.WORDS.split(text);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("the text holds no word; give one with words");
    }
    TooLong.check(tokens.size(), mostTokens);
    AttentionInput input = input(tokens);
    int chunk = Math.clamp(Integer.highestOneBit(Math.max(1, tokens.size() / 8)), 4, 64);
    return new Material(
        tokens,
        tokens.size(),
        "word",
        input,
        32,
        LshConfig.defaults().withChunk(chunk),
        Rotations.seeded(3),
        "3",
        "Vectors by lot.");
  }

  static AttentionInput input(List<String> tokens) {
    int n = tokens.size();
    int d = 16;
    Tensor qk = Tensor.zeros(2, n, d);
    SplittableRandom noise = new SplittableRandom(5);
    for (int head = 0; head < 2; head++) {
      for (int i = 0; i < n; i++) {
        SplittableRandom word = new SplittableRandom(tokens.get(i).hashCode() + 31L * head);
        for (int e = 0; e < d; e++) {
          qk.data()[(head * n + i) * d + e] =
              (float) (3 * word.nextGaussian() + noise.nextGaussian());
        }
      }
    }
    return AttentionInput.shared(qk, qk);
  }

  private void waitForInterrupt() {
    waiting.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      interrupted.countDown();
      Thread.currentThread().interrupt();
      throw new java.util.concurrent.CancellationException("interrupted");
    }
  }

  @Override
  public Optional<Continuation> continuation() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // holds nothing
  }
}
