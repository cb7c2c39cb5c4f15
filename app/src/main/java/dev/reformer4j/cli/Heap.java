package dev.reformer4j.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.function.Supplier;

/// The heap against what a command is about to need: refused beforehand with the number, rather
/// than failing half-way.
public final class Heap {
  /// What the program itself, its threads' scratch and the collector's own slack take.
  private static final long BASE = 24L << 20;

  private Heap() {}

  /// What data may take of the heap this process has. Large arrays live in one generation, so it is
  /// the largest that counts.
  public static long available() {
    return Math.max(0, largestGeneration() - BASE);
  }

  private static long largestGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getUsage().getMax())
        .filter(max -> max > 0)
        .max()
        .orElseGet(Runtime.getRuntime()::maxMemory);
  }

  /// Refuses work that cannot fit.
  ///
  /// @param bytes what the work allocates, all that is alive at once
  /// @param what the work and its sizes, as the subject of "needs about"
  /// @param smaller what the user can make smaller, as in "fewer heads in one file"
  /// @throws UserError if it does not fit
  public static void require(double bytes, String what, String smaller) {
    if (bytes > available()) {
      throw new UserError(tooSmall(bytes, what, smaller));
    }
  }

  /// Runs work whose need was predicted; should the heap run out all the same, the sentence is the
  /// same as beforehand.
  ///
  /// @param bytes as in [#require]
  public static <T> T guard(double bytes, String what, String smaller, Supplier<T> work) {
    try {
      return work.get();
    } catch (OutOfMemoryError e) {
      throw new UserError(
          bytes > available() ? tooSmall(bytes, what, smaller) : full(what, smaller), e);
    }
  }

  /// The sentence for work that needs more than was predicted.
  private static String full(String what, String smaller) {
    return what
        + " needs more than the "
        + Say.bytes(available())
        + " of heap that this process may use; use "
        + smaller
        + ", or a larger heap: REFORMER4J_OPTS=-Xmx"
        + suggested(2.0 * Runtime.getRuntime().maxMemory());
  }

  /// The sentence for a heap that ran out where nothing had been predicted.
  static String exhausted() {
    return "the heap of "
        + Say.bytes(Runtime.getRuntime().maxMemory())
        + " is full; ask for less at once, or give a"
        + " larger one, such as REFORMER4J_OPTS=-Xmx"
        + suggested(2.0 * Runtime.getRuntime().maxMemory());
  }

  /// The sentence of [#require].
  public static String tooSmall(double bytes, String what, String smaller) {
    return what
        + " needs about "
        + Say.bytes(bytes)
        + " of heap, but this process may use "
        + Say.bytes(available())
        + "; use "
        + smaller
        + ", or a larger heap: REFORMER4J_OPTS=-Xmx"
        + suggested((bytes + BASE) * Runtime.getRuntime().maxMemory() / largestGeneration());
  }

  /// A size for `-Xmx`: some slack above, rounded up.
  private static String suggested(double bytes) {
    double mebibytes = bytes * 1.15 / (1 << 20);
    return mebibytes < 1024 ? roundUp(mebibytes, 64) + "m" : roundUp(mebibytes / 1024, 1) + "g";
  }

  private static long roundUp(double value, long step) {
    return (long) Math.ceil(value / step) * step;
  }
}
