package dev.reformer4j.explorer;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where requests are computed: a few at once, some waiting, the others sent away politely.
///
/// A piece of work may have a name that its client chose. It is interrupted when the client says
/// so, and when work of the same name arrives: a control that moves on needs no answer for where it
/// was.
final class Desk implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final Map<String, Future<?>> named = new ConcurrentHashMap<>();
  private final Duration longest;

  /// A desk with nothing on it.
  ///
  /// @param name of its threads
  /// @param atOnce pieces of work at the same time
  /// @param waiting pieces of work that may wait
  /// @param longest time for one, waiting included
  Desk(String name, int atOnce, int waiting, Duration longest) {
    this.longest = longest;
    this.threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name(name + "-", 1).factory());
  }

  /// Computes an answer and waits for it.
  ///
  /// @throws Problem if there is no room, it takes too long, or it was cancelled
  <T> T run(Optional<String> name, Callable<T> work) throws Exception {
    Future<T> future = start(name, work);
    try {
      return future.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (CancellationException _) {
      throw Problem.cancelled("this was cancelled, or asked for anew; nothing is wrong");
    } catch (TimeoutException _) {
      throw Problem.unavailable(
          "this took longer than " + longest.toSeconds() + " s and was ended; ask for less");
    } catch (InterruptedException _) {
      throw Problem.unavailable("the explorer is closing");
    } finally {
      future.cancel(true);
      name.ifPresent(given -> named.remove(given, future));
    }
  }

  /// Begins work that somebody else waits for.
  ///
  /// @throws Problem if there is no room
  <T> Future<T> start(Optional<String> name, Callable<T> work) {
    name.ifPresent(this::cancel);
    try {
      Future<T> future = threads.submit(work);
      name.map(given -> named.put(given, future)).ifPresent(earlier -> earlier.cancel(true));
      return future;
    } catch (RejectedExecutionException _) {
      throw threads.isShutdown()
          ? Problem.unavailable("the explorer is closing")
          : Problem.tooMany("too many requests are waiting; try again in a second");
    }
  }

  /// Ends the work of this name, if there is any.
  ///
  /// @return whether there was
  boolean cancel(String name) {
    Future<?> running = named.remove(name);
    boolean found = running != null && running.cancel(true);
    threads.purge();
    return found;
  }

  /// Names in use, for who wants to see that nothing is left behind.
  int namesInUse() {
    return named.size();
  }

  Duration longest() {
    return longest;
  }

  private static Exception unwrapped(ExecutionException e) {
    return switch (e.getCause()) {
      case CancellationException _ ->
          Problem.cancelled("this was cancelled, or asked for anew; nothing is wrong");
      case OutOfMemoryError _ ->
          Problem.unavailable("there is too little memory for this; ask for less, or try again");
      case Exception cause -> cause;
      case Error error -> throw error;
      default -> e;
    };
  }

  /// Ends all work.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
