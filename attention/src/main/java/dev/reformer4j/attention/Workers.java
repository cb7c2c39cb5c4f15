package dev.reformer4j.attention;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// The threads that share one call's work. The calling thread is always one of them, and the result
/// never depends, not in one bit, on how many there are.
///
/// Long work is interruptible: an interrupt of the calling thread ends it between two tasks with a
/// [CancellationException], and the interrupt flag stays set.
public final class Workers implements AutoCloseable {
  private static final ThreadLocal<Run> CURRENT = new ThreadLocal<>();

  private final Executor executor;
  private final int threads;
  private final boolean owned;

  private Workers(Executor executor, int threads, boolean owned) {
    this.executor = executor;
    this.threads = threads;
    this.owned = owned;
  }

  /// The calling thread and `threads − 1` daemon threads of its own, which [#close()] ends.
  ///
  /// @throws IllegalArgumentException if threads is below 1
  public static Workers of(int threads) {
    check(threads);
    if (threads == 1) {
      return inline();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads - 1, Thread.ofPlatform().daemon().name("attention-", 1).factory());
    return new Workers(pool, threads, true);
  }

  /// The calling thread and up to `threads − 1` tasks at a time on the caller's executor, which
  /// stays open. An executor that is busy or refuses work only makes the call slower.
  ///
  /// @throws IllegalArgumentException if threads is below 1
  public static Workers on(Executor executor, int threads) {
    check(threads);
    return new Workers(executor, threads, false);
  }

  /// The calling thread alone.
  public static Workers inline() {
    return new Workers(Runnable::run, 1, false);
  }

  /// One thread per processor.
  public static Workers allProcessors() {
    return of(Runtime.getRuntime().availableProcessors());
  }

  private static void check(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", but must be at least 1");
    }
  }

  /// How many threads work at most, the calling one included.
  public int threads() {
    return threads;
  }

  /// Runs tasks 0 … tasks − 1, begun in that order, each on some thread with that thread's own
  /// worker, and returns when all are done. The first failure ends the run and is thrown here.
  ///
  /// @param worker makes what one thread needs, such as its scratch memory
  /// @throws CancellationException if the calling thread is interrupted
  public void run(int tasks, Supplier<IntConsumer> worker) {
    Run run = new Run(tasks, worker, Thread.currentThread());
    int helpers = Math.min(threads, tasks) - 1;
    for (int i = 0; i < helpers; i++) {
      try {
        executor.execute(run::work);
      } catch (RejectedExecutionException | OutOfMemoryError noMoreThreads) {
        break; // those that there are do the work
      } catch (RuntimeException | Error broken) {
        run.fail(broken); // helpers that have begun must end before this call does
        break;
      }
    }
    run.work();
    run.awaitHelpers();
    run.rethrow();
  }

  /// Runs tasks as [#run(int, Supplier)] does, and beside them, begun before them, something that
  /// only one thread can do.
  void runBeside(Runnable one, int tasks, Supplier<IntConsumer> worker) {
    run(
        Math.addExact(tasks, 1),
        () -> {
          IntConsumer mine = worker.get();
          return task -> {
            if (task == 0) {
              one.run();
            } else {
              mine.accept(task - 1);
            }
          };
        });
  }

  /// Ends its own threads; the caller's executor stays open. Later work is done by the calling
  /// thread alone.
  @Override
  public void close() {
    if (owned && executor instanceof ExecutorService pool) {
      pool.shutdownNow();
    }
  }

  /// Ends the work of this thread if the run it belongs to has failed or its caller was
  /// interrupted; long tasks call it now and then.
  ///
  /// @throws CancellationException if the run is over
  public static void checkpoint() {
    Run run = CURRENT.get();
    if (run != null) {
      run.check();
    }
  }

  /// One turn of a wait that is expected to be short: spins first, then sleeps a little at a time.
  static void pause(int spins) {
    if (spins < 1000) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(10_000);
    }
  }

  /// One call of [#run].
  private static final class Run {
    private final int tasks;
    private final Supplier<IntConsumer> worker;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Run(int tasks, Supplier<IntConsumer> worker, Thread caller) {
      this.tasks = tasks;
      this.worker = worker;
      this.caller = caller;
    }

    void work() {
      active.incrementAndGet();
      Run outer = CURRENT.get();
      CURRENT.set(this);
      try {
        if (next.get() >= tasks) {
          return; // a helper that the executor started late has nothing to allocate scratch for
        }
        IntConsumer mine = worker.get();
        // A task once taken is begun: others may wait for it. So the check comes before the taking.
        for (check(); next.get() < tasks; check()) {
          int task = next.getAndIncrement();
          if (task < tasks) {
            mine.accept(task);
          }
        }
      } catch (Throwable problem) {
        fail(problem);
      } finally {
        CURRENT.set(outer);
        active.decrementAndGet();
      }
    }

    private void fail(Throwable problem) {
      failure.compareAndSet(null, problem);
      next.set(tasks);
    }

    private void check() {
      if (failure.get() != null) {
        throw new CancellationException("another piece of this work has failed");
      }
      if (Thread.currentThread() == caller && caller.isInterrupted()) {
        throw interrupted();
      }
    }

    private static CancellationException interrupted() {
      return new CancellationException("the work was interrupted; nothing of it is to be used");
    }

    /// Waits until no helper is at work; an interrupt meanwhile ends their work too. Helpers that
    /// the executor has not started yet are not waited for: they will find nothing to do, and a
    /// caller that itself occupies the executor's only thread must not wait for it.
    void awaitHelpers() {
      for (int spins = 0; active.get() > 0; spins++) {
        if (caller.isInterrupted()) {
          fail(interrupted());
        }
        pause(spins);
      }
    }

    void rethrow() {
      Throwable problem = failure.get();
      if (problem instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (problem instanceof Error error) {
        throw error;
      }
      if (problem != null) {
        throw new IllegalStateException(problem);
      }
    }
  }
}
