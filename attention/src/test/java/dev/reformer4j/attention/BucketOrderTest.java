package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketOrderTest {
  /// Around 2¹⁶, from where on buckets are sorted by two digits; the last is what ids may reach.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 64, 65_534, 65_535, 65_536, 65_537, 131_071, 131_072, 1 << 24})
  void tokensAreSortedByBucketAndKeepTheirOrderWithinOne(int most) {
    for (int n : new int[] {0, 1, 2, 63, 64, 1009}) {
      for (long seed = 0; seed < 5; seed++) {
        Random random = new Random(seed);
        // Few buckets, so that many share one; the last of all, where padding goes, among them.
        int[] among = IntStream.range(0, 12).map(i -> random.nextInt(most + 1)).toArray();
        among[0] = most;
        among[1] = 0;
        among[2] = Math.min(most, 65_536);
        int[] ids = IntStream.range(0, n).map(i -> among[random.nextInt(12)]).toArray();
        int[] expected =
            IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingInt(token -> ids[token]))
                .mapToInt(Integer::intValue)
                .toArray();
        assertThat(new BucketOrder(n, most).byBucket(ids))
            .as("most %d, n %d, seed %d", most, n, seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void paddingComesLast() {
    int[] ids = {4, 0, 4, 2, 4, 1};
    assertThat(new BucketOrder(6, 4).byBucket(ids)).containsExactly(1, 5, 3, 0, 2, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 64, 99, 100, 101, 1000})
  void arrangingWithinChunksMovesNoTokenToAnother(int chunk) {
    Random random = new Random(chunk);
    int[] ids = IntStream.range(0, 100).map(i -> random.nextInt(6)).toArray();
    BucketOrder sorter = new BucketOrder(100, 6);
    int[] order = sorter.byBucket(ids);
    int[] arranged = sorter.byChunk(ids, chunk);
    for (int from = 0; from < 100; from += chunk) {
      int[] expected = Arrays.copyOfRange(order, from, Math.min(100, from + chunk));
      Arrays.sort(expected);
      assertThat(Arrays.copyOfRange(arranged, from, Math.min(100, from + chunk)))
          .isEqualTo(expected);
    }
  }

  @Test
  void aSorterKeepsNothingOfWhatItSortedBefore() {
    for (int most : new int[] {7, 65_536 * 3}) {
      BucketOrder used = new BucketOrder(500, most);
      for (long seed = 0; seed < 10; seed++) {
        Random random = new Random(seed);
        int[] ids = IntStream.range(0, 500).map(i -> random.nextInt(most + 1)).toArray();
        int chunk = 1 + random.nextInt(100);
        assertThat(used.byChunk(ids, chunk))
            .isEqualTo(new BucketOrder(500, most).byChunk(ids, chunk));
        assertThat(used.byBucket(ids)).isEqualTo(new BucketOrder(500, most).byBucket(ids));
      }
    }
  }
}
