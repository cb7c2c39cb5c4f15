package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever does the work, and however many, forward and backward give the same bits.
@Timeout(120)
class ThreadsTest {
  private static final LawCase ONE = LawCase.shared(1).findFirst().orElseThrow();

  static Stream<LawCase> longCases() {
    return LawCase.shared(8);
  }

  static Stream<LawCase> shortCases() {
    return LawCase.large(16);
  }

  @ParameterizedTest
  @MethodSource({"longCases", "shortCases"})
  void bitsDoNotDependOnThreads(LawCase law) {
    AttentionResult result = law.forward();
    Gradients gradients = law.backward(result, law.outputGradient(), Workers.inline());
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (Workers workers = Workers.of(threads)) {
        AttentionResult other = law.forward(workers);
        Same.bits(result, other);
        Same.bits(gradients, law.backward(other, law.outputGradient(), workers));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("longCases")
  void aSecondRunGivesTheSameBits(LawCase law) {
    try (Workers workers = Workers.of(2)) {
      Same.bits(law.forward(workers), law.forward(workers));
    }
  }

  @Test
  void aBusyExecutorOnlyMakesItSlower() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService busy = Executors.newSingleThreadExecutor()) {
      busy.execute(() -> {
        try {
          release.await();
        } catch (InterruptedException ended) {
          Thread.currentThread().interrupt();
        }
      });
      sameAsAlone(Workers.on(busy, 4));
      release.countDown();
    }
  }

  @Test
  void anExecutorThatRefusesOnlyMakesItSlower() {
    sameAsAlone(
        Workers.on(
            task -> {
              throw new RejectedExecutionException("full");
            },
            4));
  }

  @Test
  void anExecutorThatForgetsItsTasksOnlyMakesItSlower() {
    sameAsAlone(Workers.on(task -> {}, 4));
  }

  @Test
  void anExecutorMayRunItsTasksInTheCallingThread() {
    sameAsAlone(Workers.on(Runnable::run, 3));
  }

  @Test
  void virtualThreadsWork() {
    try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      sameAsAlone(Workers.on(virtual, 5));
    }
  }

  @Test
  void theCommonPoolWorks() {
    sameAsAlone(Workers.on(ForkJoinPool.commonPool(), 4));
  }

  /// A task of a pool that attends on that very pool must not wait for its own thread.
  @Test
  void aPoolMayAttendFromWithin() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      pool.submit(() -> sameAsAlone(Workers.on(pool, 3))).get();
    }
  }

  @Test
  void severalCallsMayShareTheirWorkers() throws Exception {
    AttentionResult expected = ONE.forward();
    try (Workers workers = Workers.of(3);
        ExecutorService callers = Executors.newFixedThreadPool(3)) {
      for (var call :
          callers.invokeAll(
              Stream.generate(() -> ONE)
                  .limit(6)
                  .<java.util.concurrent.Callable<AttentionResult>>map(
                      law -> () -> law.forward(workers))
                  .toList())) {
        Same.bits(expected, call.get());
      }
    }
  }

  @Test
  void anExecutorOfTheCallerStaysOpen() {
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      try (Workers workers = Workers.on(pool, 2)) {
        ONE.forward(workers);
      }
      assertThat(pool.isShutdown()).isFalse();
    }
  }

  private static void sameAsAlone(Workers workers) {
    AttentionResult expected = ONE.forward();
    AttentionResult actual = ONE.forward(workers);
    Same.bits(expected, actual);
    Same.bits(
        ONE.backward(expected, ONE.outputGradient(), Workers.inline()),
        ONE.backward(actual, ONE.outputGradient(), workers));
  }
}
