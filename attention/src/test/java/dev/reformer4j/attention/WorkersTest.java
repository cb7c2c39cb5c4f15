package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sharing out work: every piece once, failures and interrupts end it, and nothing hangs.
@Timeout(60)
class WorkersTest {
  private static final String INTERRUPTED = "the work was interrupted; nothing of it is to be used";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskIsDoneOnce(int threads) {
    try (Workers workers = Workers.of(threads)) {
      assertThat(workers.threads()).isEqualTo(threads);
      for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
        AtomicIntegerArray done = new AtomicIntegerArray(tasks);
        workers.run(tasks, () -> done::incrementAndGet);
        for (int task = 0; task < tasks; task++) {
          assertThat(done.get(task)).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatIsDoneBesideIsDoneOnceAndByTheEnd(int threads) {
    try (Workers workers = Workers.of(threads)) {
      for (int tasks : new int[] {0, 1, 7}) {
        AtomicIntegerArray done = new AtomicIntegerArray(tasks);
        AtomicInteger beside = new AtomicInteger();
        workers.runBeside(beside::incrementAndGet, tasks, () -> done::incrementAndGet);
        assertThat(beside).hasValue(1);
        for (int task = 0; task < tasks; task++) {
          assertThat(done.get(task)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whatFailsBesideEndsTheRun() {
    try (Workers workers = Workers.of(2)) {
      assertThatThrownBy(() ->
              workers.runBeside(
                  () -> {
                    throw new IllegalStateException("no room");
                  },
                  1_000_000_000,
                  () -> _ -> Thread.onSpinWait()))
          .hasMessage("no room");
    }
  }

  @Test
  void everyThreadHasAWorkerOfItsOwn() {
    try (Workers workers = Workers.of(3)) {
      CountDownLatch all = new CountDownLatch(3);
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      AtomicInteger made = new AtomicInteger();
      workers.run(
          3,
          () -> {
            made.incrementAndGet();
            Thread owner = Thread.currentThread();
            return task -> {
              assertThat(Thread.currentThread()).isSameAs(owner);
              threads.add(owner);
              all.countDown();
              await(all);
            };
          });
      assertThat(made).hasValue(3);
      assertThat(threads).hasSize(3).contains(Thread.currentThread());
    }
  }

  @Test
  void helpersDoNotKeepAProgramAlive() {
    try (Workers workers = Workers.of(2)) {
      CountDownLatch both = new CountDownLatch(2);
      AtomicReference<Thread> helper = new AtomicReference<>();
      Thread caller = Thread.currentThread();
      workers.run(
          2,
          () ->
              task -> {
                if (Thread.currentThread() != caller) {
                  helper.set(Thread.currentThread());
                }
                both.countDown();
                await(both);
              });
      assertThat(helper.get().isDaemon()).isTrue();
      assertThat(helper.get().getName()).startsWith("attention-");
    }
  }

  @Test
  void closingEndsTheHelpersAndLeavesTheCaller() throws InterruptedException {
    Workers workers = Workers.of(2);
    CountDownLatch both = new CountDownLatch(2);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    workers.run(
        2,
        () ->
            task -> {
              threads.add(Thread.currentThread());
              both.countDown();
              await(both);
            });
    workers.close();
    workers.close();
    for (Thread thread : threads) {
      if (thread != Thread.currentThread()) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
    AtomicInteger done = new AtomicInteger();
    workers.run(5, () -> task -> done.incrementAndGet());
    assertThat(done).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void theFirstFailureEndsTheRunAndIsThrown(int threads) {
    try (Workers workers = Workers.of(threads)) {
      AtomicInteger begun = new AtomicInteger();
      assertThatThrownBy(() ->
              workers.run(
                  100_000_000,
                  () ->
                      task -> {
                        if (begun.incrementAndGet() == 50) {
                          throw new ArithmeticException("the fiftieth");
                        }
                      }))
          .isExactlyInstanceOf(ArithmeticException.class)
          .hasMessage("the fiftieth");
      AtomicInteger done = new AtomicInteger();
      workers.run(10, () -> task -> done.incrementAndGet());
      assertThat(done).hasValue(10);
    }
  }

  @Test
  void anErrorIsThrownAsItIs() {
    try (Workers workers = Workers.of(2)) {
      assertThatThrownBy(() ->
              workers.run(
                  10,
                  () -> {
                    throw new OutOfMemoryError("no scratch");
                  }))
          .isExactlyInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void aBrokenExecutorIsReportedOnceItsHelpersHaveEnded() {
    AtomicInteger working = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger handed = new AtomicInteger();
    Workers workers =
        Workers.on(
            work -> {
              if (handed.getAndIncrement() > 0) {
                await(begun);
                throw new IllegalStateException("broken");
              }
              Thread.ofVirtual().start(work);
            },
            3);
    assertThatThrownBy(() ->
            workers.run(
                1_000_000_000,
                () ->
                    task -> {
                      working.incrementAndGet();
                      begun.countDown();
                      Thread.onSpinWait();
                      working.decrementAndGet();
                    }))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("broken");
    assertThat(working).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void anInterruptEndsTheRunBetweenTwoTasks(int threads) {
    try (Workers workers = Workers.of(threads)) {
      Thread caller = Thread.currentThread();
      AtomicInteger begun = new AtomicInteger();
      assertThatThrownBy(() ->
              workers.run(
                  Integer.MAX_VALUE / 2,
                  () ->
                      task -> {
                        if (begun.incrementAndGet() == 20) {
                          caller.interrupt();
                        }
                      }))
          .isExactlyInstanceOf(CancellationException.class)
          .hasMessage(INTERRUPTED);
      assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
      workers.run(10, () -> task -> begun.set(-1));
      assertThat(begun).hasValue(-1);
    }
  }

  /// As when a pool whose queue is full lets the caller run the task.
  @Test
  void anInterruptIsNoticedWhereverTheCallingThreadWorks() {
    Workers workers = Workers.on(Runnable::run, 2);
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(() ->
            workers.run(
                1_000_000,
                () ->
                    task -> {
                      if (begun.incrementAndGet() == 20) {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isExactlyInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(begun).hasValueLessThan(100);
  }

  @Test
  void whoIsInterruptedBeforehandDoesNothing() {
    try (Workers workers = Workers.of(1)) {
      AtomicInteger begun = new AtomicInteger();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> workers.run(9, () -> task -> begun.incrementAndGet()))
          .isExactlyInstanceOf(CancellationException.class)
          .hasMessage(INTERRUPTED);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(begun).hasValue(0);
    }
  }

  @Test
  void fewerThreadsThanOneAreRefused() {
    for (int threads : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Workers.of(threads))
          .withMessage("threads is %d, but must be at least 1", threads);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Workers.on(Runnable::run, threads))
          .withMessage("threads is %d, but must be at least 1", threads);
    }
    assertThat(Workers.inline().threads()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
