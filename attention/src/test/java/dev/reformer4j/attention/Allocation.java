package dev.reformer4j.attention;

import java.lang.reflect.Method;

/// Counts what this thread allocates. By reflection, because the module under test does not read
/// `jdk.management`, and need not for the sake of a test.
final class Allocation {
  private static final Object BEAN;
  private static final Method BYTES;

  static {
    try {
      BEAN =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      BYTES =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JVM does not count allocations", e);
    }
  }

  private Allocation() {}

  /// Bytes that this thread has allocated since it started, garbage included.
  static long bytes() {
    try {
      return (Long) BYTES.invoke(BEAN);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JVM does not count allocations", e);
    }
  }
}
