package dev.reformer4j.text;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/// An object of a native library, used by many threads and freed once, when none of them is in it.
final class NativeHandle implements AutoCloseable {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final long address;
  private final LongConsumer free;
  private boolean closed;

  /// Owns the object at `address`.
  NativeHandle(long address, LongConsumer free) {
    this.address = address;
    this.free = free;
  }

  /// Lets `use` work with the object.
  ///
  /// @throws IllegalStateException if it has been freed
  <T> T with(LongFunction<T> use) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this vocabulary is closed; load it again");
      }
      return use.apply(address);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        free.accept(address);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
