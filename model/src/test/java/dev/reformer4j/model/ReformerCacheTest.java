package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A cached pass equals the full one, to the bit.
class ReformerCacheTest {
  private static final Workers INLINE = Workers.inline();

  static Stream<ReformerConfig> slidingModels() {
    return SmallModels.randomSliding(16);
  }

  /// All of them equal their full pass at every split: where nothing hashes, chunked models as
  /// well, as long as they look back one chunk and so meet no key twice.
  static Stream<ReformerConfig> exactModels() {
    return Stream.concat(
        slidingModels(),
        Stream.of(
            SmallModels.chunked().layers(LayerKind.LOCAL, LayerKind.LOCAL).build(),
            SmallModels.chunked().layers(LayerKind.LOCAL).localChunk(64).build()));
  }

  @ParameterizedTest
  @MethodSource("slidingModels")
  void whatATokenSaysDoesNotDependOnLaterOnes(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 200, 1);
    Tensor whole = model.logits(ids, INLINE);
    for (int n : new int[] {1, 2, 7, 63, 64, 65, 128, 199}) {
      Tensor prefix = model.logits(Arrays.copyOf(ids, n), INLINE);
      for (int i = 0; i < n; i++) {
        SmallModels.sameRow("token " + i + " of " + n, whole, i, prefix, i);
      }
    }
  }

  /// Sequences of different lengths grow in turns that are drawn: alone or together, by one token
  /// or by many, on some number of threads; now and then a cache is copied, or written and read.
  @ParameterizedTest
  @MethodSource("exactModels")
  void cachedEqualsFull(ReformerConfig config) throws IOException {
    Reformer model = SmallModels.filled(config);
    Random random = new Random(config.hashCode());
    int[] lengths = {1, 64 + random.nextInt(20), 200, 130, 65, 3 + random.nextInt(60)};
    List<int[]> ids = new ArrayList<>();
    List<Tensor> full = new ArrayList<>();
    List<ModelCache> caches = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      ids.add(SmallModels.ids(config, lengths[i], i));
      full.add(model.logits(ids.get(i), INLINE));
      caches.add(model.newCache());
    }
    Workers[] workers = {INLINE, Workers.of(2), Workers.of(5)};
    while (IntStream.range(0, lengths.length).anyMatch(i -> caches.get(i).length() < lengths[i])) {
      List<Integer> turn = new ArrayList<>();
      List<int[]> more = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        int done = caches.get(i).length();
        if (done < lengths[i] && random.nextInt(3) > 0) {
          int most = random.nextBoolean() ? 1 : random.nextBoolean() ? 10 : 150;
          int count = Math.min(lengths[i] - done, 1 + random.nextInt(most));
          turn.add(i);
          more.add(Arrays.copyOfRange(ids.get(i), done, done + count));
          int change = random.nextInt(8);
          if (change == 0) {
            caches.set(i, caches.get(i).copy());
          } else if (change == 1) {
            byte[] written = SmallModels.written(caches.get(i));
            caches.set(i, model.readCache(SmallModels.input(written)));
            assertThat(SmallModels.written(caches.get(i))).isEqualTo(written);
          }
        }
      }
      if (turn.isEmpty()) {
        continue;
      }
      Tensor logits =
          model.extend(
              turn.stream().map(caches::get).toList(),
              more.toArray(int[][]::new),
              workers[random.nextInt(workers.length)]);
      for (int row = 0; row < turn.size(); row++) {
        int i = turn.get(row);
        int last = caches.get(i).length() - 1;
        SmallModels.sameRow("sequence " + i + ", token " + last, full.get(i), last, logits, row);
      }
    }
    for (Workers each : workers) {
      each.close();
    }
  }

  /// More sequences than a block has tokens, and more tokens than a block per sequence.
  @Test
  void hundredsOfSequencesGrowTogether() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    int sequences = 150;
    int[][] ids = new int[sequences][];
    Arrays.setAll(ids, i -> SmallModels.ids(config, 2 + i % 90, i));
    List<ModelCache> caches = Stream.generate(model::newCache).limit(sequences).toList();
    try (Workers workers = Workers.of(3)) {
      int[][] firsts = Arrays.stream(ids).map(each -> Arrays.copyOf(each, 1)).toArray(int[][]::new);
      model.extend(caches, firsts, workers);
      int[][] rest =
          Arrays.stream(ids)
              .map(each -> Arrays.copyOfRange(each, 1, each.length))
              .toArray(int[][]::new);
      Tensor logits = model.extend(caches, rest, workers);
      for (int i = 0; i < sequences; i++) {
        Tensor full = model.logits(ids[i], INLINE);
        SmallModels.sameRow("sequence " + i, full, ids[i].length - 1, logits, i);
      }
    }
  }

  @Test
  void aCopyGoesItsOwnWay() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    ModelCache cache = model.newCache();
    model.extend(List.of(cache), new int[][] {SmallModels.ids(config, 70, 1)}, INLINE);
    byte[] before = SmallModels.written(cache);

    ModelCache copy = cache.copy();
    model.extend(List.of(copy), new int[][] {SmallModels.ids(config, 30, 2)}, INLINE);

    assertThat(SmallModels.written(cache)).isEqualTo(before);
    assertThat(cache.length()).isEqualTo(70);
    assertThat(copy.length()).isEqualTo(100);
  }

  /// How a sequence came into its cache leaves no trace in it.
  @Test
  void aCacheIsAFunctionOfTheSequence() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 90, 1);
    ModelCache stepped = model.newCache();
    for (int id : ids) {
      model.extend(List.of(stepped), new int[][] {{id}}, INLINE);
    }
    ModelCache whole = model.newCache();
    model.extend(List.of(whole), new int[][] {ids}, INLINE);
    byte[] grown = SmallModels.written(stepped);
    byte[] begun = SmallModels.written(whole);
    // The first int tells how many tokens the sequence began with.
    assertThat(Arrays.copyOfRange(begun, 4, begun.length))
        .isEqualTo(Arrays.copyOfRange(grown, 4, grown.length));
  }

  /// A bucket that is rarely met fills its window late, and that is all that still grows.
  @Test
  void whatIsRememberedStopsGrowing() {
    ReformerConfig config = SmallModels.sliding().maxPositions(3000).learnedPositions().build();
    Reformer model = SmallModels.filled(config);
    ModelCache cache = model.newCache();
    model.extend(List.of(cache), new int[][] {SmallModels.ids(config, 1000, 1)}, INLINE);
    long early = cache.bytes();
    model.extend(List.of(cache), new int[][] {SmallModels.ids(config, 2000, 2)}, INLINE);

    assertThat(cache.length()).isEqualTo(3000);
    assertThat(cache.bytes()).isLessThan(early * 11 / 10);
  }

  @Test
  void aRefusedExtensionChangesNothing() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    ModelCache one = model.newCache();
    ModelCache two = model.newCache();
    model.extend(List.of(one), new int[][] {SmallModels.ids(config, 10, 1)}, INLINE);
    model.extend(List.of(two), new int[][] {SmallModels.ids(config, 300, 2)}, INLINE);
    Function<Integer, ModelCache> strange =
        heads -> {
          Reformer other = SmallModels.filled(SmallModels.sliding().heads(heads).build());
          ModelCache cache = other.newCache();
          other.extend(List.of(cache), new int[][] {{1, 2, 3}}, INLINE);
          return cache;
        };
    Object[][] refused = {
      {List.of(one, two), new int[][] {{1}, {11}}, "id 11 at index 0 is outside the vocabulary"},
      {List.of(one, two), new int[][] {{1}, {3, -1}}, "id -1 at index 1 is outside"},
      {List.of(one, two), new int[][] {{1}, new int[21]}, "300 tokens and 21 more do not fit"},
      {List.of(one, two), new int[][] {{1}, {}}, "a sequence of no ids"},
      {List.of(one, two), new int[][] {{1}}, "2 caches do not fit the ids of 1 sequences"},
      {List.of(one, two, one), new int[][] {{1}, {1}, {1}}, "a cache was given twice"},
      {List.of(one, strange.apply(2)), new int[][] {{1}, {1}}, "cache 1 "},
      {List.of(one, strange.apply(3)), new int[][] {{1}, {1}}, "cache 1 "},
      {List.of(), new int[][] {}, "at least one"},
    };
    byte[] first = SmallModels.written(one);
    byte[] second = SmallModels.written(two);
    for (Object[] each : refused) {
      @SuppressWarnings("unchecked")
      List<ModelCache> caches = (List<ModelCache>) each[0];
      assertThatThrownBy(() -> model.extend(caches, (int[][]) each[1], INLINE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining((String) each[2]);
      assertThat(SmallModels.written(one)).isEqualTo(first);
      assertThat(SmallModels.written(two)).isEqualTo(second);
    }
    model.extend(List.of(one, two), new int[][] {{1}, new int[20]}, INLINE);
    assertThat(two.length()).isEqualTo(320);
  }

  /// The first block has taken the token, the second refuses its own numbers.
  @Test
  void whatFailsHalfWayIsNotGoneOnWith() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    ModelCache cache = model.newCache();
    model.extend(List.of(cache), new int[][] {{1, 2, 3}}, INLINE);
    ModelCache copy = cache.copy();
    Parameter value =
        model.parameters().get("reformer.encoder.layers.1.attention.self_attention.value.weight");
    Tensor good = value.value();
    Tensor huge = Tensor.zeros(value.shape());
    Arrays.fill(huge.data(), Float.MAX_VALUE);
    value.fill(huge);
    for (ModelCache each : List.of(cache, model.newCache())) {
      assertThatThrownBy(() -> model.extend(List.of(each), new int[][] {{4, 5}}, INLINE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("finite");
    }
    value.fill(good);
    isBroken(model, cache);
    assertThat(model.extend(List.of(copy), new int[][] {{4}}, INLINE).data())
        .isEqualTo(Arrays.copyOfRange(model.logits(new int[] {1, 2, 3, 4}, INLINE).data(), 33, 44));
  }

  @Test
  void whatIsInterruptedIsNotGoneOnWith() {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    ModelCache cache = model.newCache();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> model.extend(List.of(cache), new int[][] {{4, 5}}, INLINE))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    isBroken(model, cache);
  }

  /// A long continuation of one sequence is one task.
  @Test
  void anInterruptDoesNotWaitForTheEndOfALongText() throws InterruptedException {
    int positions = 200_001;
    Reformer model =
        SmallModels.filled(
            SmallModels.sliding().maxPositions(positions).learnedPositions().build());
    ModelCache cache = model.newCache();
    model.extend(List.of(cache), new int[][] {{1}}, INLINE);
    Thread caller = Thread.currentThread();
    Thread impatient =
        Thread.ofVirtual()
            .start(() -> {
              LockSupport.parkNanos(20_000_000);
              caller.interrupt();
            });
    assertThatThrownBy(
            () -> model.extend(List.of(cache), new int[][] {new int[positions - 1]}, INLINE))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    impatient.join();
    assertThat(cache.length()).isLessThan(positions);
  }

  private static void isBroken(Reformer model, ModelCache cache) {
    ModelCache other = model.newCache();
    List<ThrowingCallable> calls =
        List.of(
            cache::copy,
            () -> SmallModels.written(cache),
            () -> model.extend(List.of(other, cache), new int[][] {{1}, {1}}, INLINE));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("half a token; go on with a copy()");
    }
    assertThat(other.length()).isZero();
    other.copy();
  }

  @Test
  void onlyWhatReadsForwardCanGrow() {
    Reformer both =
        SmallModels.filled(SmallModels.withHead(HeadKind.MASKED_LANGUAGE_MODEL).build());
    Reformer answers =
        SmallModels.filled(SmallModels.withHead(HeadKind.CLASSIFICATION).causal(true).build());
    Reformer headless =
        SmallModels.filled(SmallModels.withHead(HeadKind.NONE).causal(true).build());
    for (Reformer model : List.of(both, answers, headless)) {
      assertThatThrownBy(model::newCache).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// With chunked attention a whole prompt is the full pass, padding and all.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5, 6, 12, 13, 64, 65, 100, 200})
  void aChunkedPromptIsTheFullPass(int n) {
    for (boolean automatic : new boolean[] {false, true}) {
      ReformerConfig config =
          automatic ? SmallModels.chunked().buckets().build() : SmallModels.chunked().build();
      Reformer model = SmallModels.filled(config);
      int[] ids = SmallModels.ids(config, n, 1);
      Tensor full = model.logits(ids, INLINE);
      ModelCache cache = model.newCache();

      Tensor logits = model.extend(List.of(cache), new int[][] {ids}, INLINE);

      SmallModels.sameRow("last of " + n, full, n - 1, logits, 0);
      assertThat(cache.length()).isEqualTo(n);
    }
  }

  /// Chunked attention within one chunk is plain attention, step by step as well.
  @Test
  void chunkedStepsWithinAChunkEqualTheFullPass() {
    ReformerConfig config = SmallModels.chunked().lshChunk(32).localChunk(32).build();
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 32, 1);
    Tensor full = model.logits(ids, INLINE);
    ModelCache cache = model.newCache();
    for (int i = 0; i < 31; i++) {
      Tensor logits = model.extend(List.of(cache), new int[][] {{ids[i]}}, INLINE);
      SmallModels.sameRow("token " + i, full, i, logits, 0);
    }
  }

  /// Behind its prompt a chunked sequence does not care in how many calls, and beside whom, it
  /// grows.
  @Test
  void chunkedSequencesGrowAlikeHoweverTheyAreSplit() throws IOException {
    ReformerConfig config = SmallModels.chunked().build();
    assertThat(config.chunking()).isEqualTo(Chunking.CHUNKED);
    Reformer model = SmallModels.filled(config);
    int[] prompt = SmallModels.ids(config, 37, 1);
    int[] more = SmallModels.ids(config, 100, 2);
    ModelCache oneByOne = model.newCache();
    model.extend(List.of(oneByOne), new int[][] {prompt}, INLINE);
    ModelCache atOnce = oneByOne.copy();
    ModelCache beside = model.newCache();
    Tensor expected = Tensor.zeros(1, config.vocabularySize());
    try (Workers workers = Workers.of(2)) {
      for (int i = 0; i < more.length; i++) {
        expected =
            model.extend(List.of(beside, oneByOne), new int[][] {{i % 11}, {more[i]}}, workers);
        if (i == 50) {
          oneByOne = model.readCache(SmallModels.input(SmallModels.written(oneByOne)));
        }
      }
    }
    Tensor logits = model.extend(List.of(atOnce), new int[][] {more}, INLINE);

    SmallModels.sameRow("last", expected, 1, logits, 0);
    assertThat(SmallModels.written(atOnce)).isEqualTo(SmallModels.written(oneByOne));
  }
}
