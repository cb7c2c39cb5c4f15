package dev.reformer4j.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// An iterator whose elements come in bursts: what is asked for next is made when the last burst is
/// used up.
///
/// @param <T> the elements
abstract class Ahead<T> implements Iterator<T> {
  private final Deque<T> ready = new ArrayDeque<>();
  private boolean ended;

  /// Makes some more elements, or none, and hands them to [#add].
  ///
  /// @return false if there will be no more after these
  protected abstract boolean more();

  /// The next of some rows. Spark's iterators must be asked whether there is one.
  ///
  /// @throws IllegalStateException if there is none
  static <R> R next(Iterator<R> rows) {
    if (!rows.hasNext()) {
      throw new IllegalStateException(
          "rows are missing: the data have changed between two passes over them; write them to a"
              + " file or persist them before they are attended over");
    }
    return rows.next();
  }

  protected final void add(T element) {
    ready.add(element);
  }

  @Override
  public final boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      ended = !more();
    }
    return !ready.isEmpty();
  }

  @Override
  public final T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }
}
