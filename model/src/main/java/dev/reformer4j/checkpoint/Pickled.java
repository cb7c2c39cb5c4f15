package dev.reformer4j.checkpoint;

import java.util.ArrayList;
import java.util.List;

/// The values that a pickle can make here, beside Java's `Boolean`, `Long`, `BigInteger`, `Double`
/// and `String`. None of them compares or prints its contents, because a pickle can nest them
/// without end, or inside themselves.
final class Pickled {
  private Pickled() {}

  /// Values that are only themselves.
  enum Atom {
    NONE,
    /// Something harmless that no tensor needs, such as a device.
    OPAQUE
  }

  /// A tuple.
  static final class Tuple {
    private final List<Object> items;
    private long[] numbers;

    Tuple(List<Object> items) {
      this.items = items;
    }

    int size() {
      return items.size();
    }

    /// An item, or null if there are not so many.
    Object get(int index) {
      return index < items.size() ? items.get(index) : null;
    }

    /// The items as whole numbers of at least 0, the same array each time; null if they are
    /// something else.
    long[] numbers() {
      if (numbers == null && items.stream().allMatch(Tuple::isWhole)) {
        numbers = items.stream().mapToLong(Long.class::cast).toArray();
      }
      return numbers;
    }

    private static boolean isWhole(Object item) {
      return item instanceof Long number && number >= 0;
    }
  }

  /// A list or set.
  static final class Items {
    private List<Object> items = List.of();

    void add(List<Object> more) {
      items = items.isEmpty() ? new ArrayList<>(more.size()) : items;
      items.addAll(more);
    }

    List<Object> items() {
      return items;
    }
  }

  /// A key and its value.
  record Entry(Object key, Object value) {}

  /// A dictionary. Nothing is looked up while it is made, so equal keys are found later, where they
  /// matter.
  static final class Dictionary {
    private List<Entry> entries = List.of();
    private boolean holdsTensors;

    void put(Object key, Object value) {
      entries = entries.isEmpty() ? new ArrayList<>(1) : entries;
      entries.add(new Entry(key, value));
      holdsTensors |= value instanceof PickledTensor;
    }

    List<Entry> entries() {
      return entries;
    }

    /// Whether a value is itself a tensor.
    boolean holdsTensors() {
      return holdsTensors;
    }
  }

  /// A run of numbers that tensors share.
  ///
  /// @param key its name in the file
  /// @param dtype of the numbers, or null if only their bytes are known
  /// @param count of the numbers, or of the bytes
  record Storage(String key, DType dtype, long count) {
    /// How many bytes it has.
    ///
    /// @throws ArithmeticException beyond 2⁶³ − 1
    long bytes() {
      return Math.multiplyExact(count, dtype == null ? 1L : (long) dtype.bytes());
    }
  }

  /// A tensor as the pickle tells of it, nothing checked yet.
  ///
  /// @param offset of its first number in the storage
  /// @param size its axes
  /// @param stride by how many numbers a step along each axis moves
  record PickledTensor(Storage storage, DType dtype, long offset, Tuple size, Tuple stride) {}
}
