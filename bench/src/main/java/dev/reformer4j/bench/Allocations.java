package dev.reformer4j.bench;

import java.lang.management.ManagementFactory;

/// What calls allocate, on all threads.
public final class Allocations {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /// Bytes that one call allocates: the least of several, since the JVM itself allocates as well,
  /// and vectors are objects until their code is compiled.
  public static long of(Runnable call, int calls) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < calls; i++) {
      long before = THREADS.getTotalThreadAllocatedBytes();
      call.run();
      least = Math.min(least, THREADS.getTotalThreadAllocatedBytes() - before);
    }
    return least;
  }

  /// Bytes on the heap that are in use after a full collection.
  public static long live() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
