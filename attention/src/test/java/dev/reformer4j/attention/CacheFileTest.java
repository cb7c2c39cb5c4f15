package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A cache from a file is the one that was written, or a sentence; never a crash, and never more
/// memory than the file has numbers for.
class CacheFileTest {
  private static final int[] NASTY = {
    0, 1, -1, 2, 7, 255, 256, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7fc00000, 0x7f7fffff
  };

  @ParameterizedTest
  @EnumSource(CacheCase.Kind.class)
  void everyCutIsNoticed(CacheCase.Kind kind) {
    CacheCase law = small(kind, 5);
    byte[] whole = CacheCase.write(law.filled(9));
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> law.read(cut))
          .isExactlyInstanceOf(IOException.class)
          .hasMessageContaining("the cache ends early");
    }
  }

  /// Whole numbers at whole numbers' places are what gets past the first check.
  @ParameterizedTest
  @EnumSource(CacheCase.Kind.class)
  void whateverIsChangedIsASentenceOrACacheThatWorks(CacheCase.Kind kind) {
    List<CacheCase> laws = IntStream.range(0, 5).mapToObj(seed -> small(kind, seed)).toList();
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      CacheCase law = laws.get(seed % laws.size());
      byte[] bytes = CacheCase.write(law.filled(random.nextInt(law.n() - 5)));
      ByteBuffer numbers = ByteBuffer.wrap(bytes);
      for (int change = random.nextInt(3); change >= 0; change--) {
        int places = bytes.length / 4;
        int at =
            random.nextBoolean() ? random.nextInt(places) : random.nextInt(Math.min(places, 16));
        numbers.putInt(4 * at, NASTY[random.nextInt(NASTY.length)]);
      }
      long before = Allocation.bytes();
      try {
        AttentionCache cache = law.read(bytes);
        if (cache.length() < Integer.MAX_VALUE - 10) {
          assertThat(law.steps(cache, law.n() - 5, law.n()).data()).doesNotContain(Float.NaN);
        }
      } catch (IOException damaged) {
        assertThat(damaged.getMessage()).as("seed %d", seed).matches("(the|this) .*[;,] .*");
      }
      assertThat(Allocation.bytes() - before).as("seed %d", seed).isLessThan(8 << 20);
    }
  }

  @Test
  void anotherConfigurationIsNamed() {
    CacheCase law = small(CacheCase.Kind.SLIDING, 2);
    byte[] bytes = CacheCase.write(law.filled(7));
    LshConfig config = law.config();
    assertOther(law.with(config.withRounds(config.rounds() + 1)), bytes, "with rounds");
    assertOther(law.with(config.withChunk(config.chunk() + 1)), bytes, "with chunk");
    assertOther(law.with(config.withNeighbours(5, 0)), bytes, "with chunks before");
    assertOther(law.with(config.withBuckets(Buckets.of(62))), bytes, "with rotations");
    assertOther(
        law.with(LawCase.tokens(CacheCase.of(CacheCase.Kind.SLIDING, 9).input(), 0, 1)),
        bytes,
        "with ");
    assertOther(law.with(config.withChunking(Chunking.CHUNKED)), bytes, "another kind");
  }

  private static void assertOther(CacheCase law, byte[] bytes, String what) {
    assertThatThrownBy(() -> law.read(bytes))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("of the configuration that it was written with");
  }

  private static CacheCase small(CacheCase.Kind kind, int seed) {
    CacheCase law = CacheCase.of(kind, seed);
    LshConfig config = law.config().withChunk(3);
    Random random = law.random();
    int heads = 1 + random.nextInt(2);
    return law.with(config)
        .with(
            AttentionInput.shared(
                LawCase.normal(random, heads, 40, 3), LawCase.normal(random, heads, 40, 2)));
  }
}
