package dev.reformer4j.explorer;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// What was computed last, as much of it as there is room for. Who asks for what somebody else is
/// just computing waits for that, and computes it only if the other is interrupted.
///
/// @param <K> what is asked for
/// @param <V> the answer, which must not be changed
final class Recent<K, V> {
  private final long room;
  private final ToLongFunction<V> size;
  private final Map<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<K, ReentrantLock> computed = new ConcurrentHashMap<>();
  private long filled;

  /// Nothing yet.
  ///
  /// @param room for the sizes of all that is kept; what is larger by itself is not
  Recent(long room, ToLongFunction<V> size) {
    this.room = room;
    this.size = size;
  }

  /// The last so many answers, whatever their size.
  Recent(int answers) {
    this(answers, _ -> 1);
  }

  /// The answer, computed unless it is at hand.
  ///
  /// @throws CancellationException if the thread is interrupted while another computes it
  V get(K key, Supplier<V> compute) {
    Optional<V> known = known(key);
    if (known.isPresent()) {
      return known.get();
    }
    ReentrantLock lock = computed.computeIfAbsent(key, _ -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("nobody waits for this any more");
    }
    try {
      return known(key).orElseGet(() -> keep(key, compute.get()));
    } finally {
      computed.remove(key, lock);
      lock.unlock();
    }
  }

  private synchronized Optional<V> known(K key) {
    return Optional.ofNullable(kept.get(key));
  }

  private synchronized V keep(K key, V value) {
    V earlier = kept.put(key, value);
    filled += size.applyAsLong(value) - (earlier == null ? 0 : size.applyAsLong(earlier));
    Iterator<V> eldest = kept.values().iterator();
    while (filled > room) {
      filled -= size.applyAsLong(eldest.next());
      eldest.remove();
    }
    return value;
  }
}
