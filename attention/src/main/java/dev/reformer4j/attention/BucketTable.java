package dev.reformer4j.attention;

import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/// Something for every bucket of one round in which a token was seen. Pages of buckets are made
/// when they are first written, so that room goes to what was seen and not to all buckets there
/// are.
final class BucketTable<E> {
  private static final int BITS = 8;
  private static final int PAGE = 1 << BITS;

  private final Object[][] pages;

  BucketTable(int buckets) {
    this.pages = new Object[(buckets + PAGE - 1) >>> BITS][];
  }

  /// What a bucket has, or null.
  @SuppressWarnings("unchecked") // only put() writes
  E get(int bucket) {
    Object[] page = pages[bucket >>> BITS];
    return page == null ? null : (E) page[bucket & (PAGE - 1)];
  }

  void put(int bucket, E element) {
    if (pages[bucket >>> BITS] == null) {
      pages[bucket >>> BITS] = new Object[PAGE];
    }
    pages[bucket >>> BITS][bucket & (PAGE - 1)] = element;
  }

  /// Visits buckets and what they have, in order of bucket.
  void forEach(BiConsumer<Integer, E> visitor) {
    for (int bucket = 0; bucket < pages.length << BITS; bucket++) {
      E element = get(bucket);
      if (element != null) {
        visitor.accept(bucket, element);
      } else if (pages[bucket >>> BITS] == null) {
        bucket |= PAGE - 1;
      }
    }
  }

  /// A table of copies.
  BucketTable<E> copy(UnaryOperator<E> copier) {
    BucketTable<E> copy = new BucketTable<>(pages.length << BITS);
    forEach((bucket, element) -> copy.put(bucket, copier.apply(element)));
    return copy;
  }

  /// Bytes of its arrays, with references of four bytes.
  long bytes() {
    long references = pages.length;
    for (Object[] page : pages) {
      references += page == null ? 0 : PAGE;
    }
    return Integer.BYTES * references;
  }
}
