package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A model over whole sequences.
class ReformerTest {
  private static final Workers INLINE = Workers.inline();

  static Stream<ReformerConfig> models() {
    return Stream.of(
        SmallModels.sliding().build(),
        SmallModels.chunked().build(),
        SmallModels.chunked().layers(LayerKind.LOCAL).build(),
        SmallModels.chunked().layers(LayerKind.LSH).heads(1).build(),
        SmallModels.chunked().buckets().causal(false).lshNeighbours(1, 1).build(),
        SmallModels.withHead(HeadKind.CLASSIFICATION).labels(List.of("a", "b", "c")).build(),
        SmallModels.withHead(HeadKind.QUESTION_ANSWERING).localNeighbours(2, 1).build(),
        SmallModels.chunked().learnedPositions().countOnce(true).maskOtherBuckets(true).build());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theResultDoesNotDependOnThreads(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 301, 1);
    Tensor logits = model.logits(ids, INLINE);
    Tensor hidden = model.hidden(ids, INLINE);
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (Workers workers = Workers.of(threads)) {
        assertThat(model.logits(ids, workers).data()).isEqualTo(logits.data());
        assertThat(model.hidden(ids, workers).data()).isEqualTo(hidden.data());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelMayBeUsedByManyAtOnce(ReformerConfig config) throws Exception {
    Reformer model = SmallModels.filled(config);
    int sequences = 12;
    List<Future<float[]>> running = new ArrayList<>();
    try (Workers workers = Workers.of(2);
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < sequences; i++) {
        int[] ids = SmallModels.ids(config, 1 + 29 * i % 130, i);
        running.add(callers.submit(() -> model.logits(ids, workers).data()));
      }
      Reformer other = SmallModels.filled(config);
      for (int i = 0; i < sequences; i++) {
        int[] ids = SmallModels.ids(config, 1 + 29 * i % 130, i);
        assertThat(running.get(i).get()).isEqualTo(other.logits(ids, INLINE).data());
      }
    }
  }

  /// At every length around the chunks the shapes are right and the numbers are numbers.
  @ParameterizedTest
  @MethodSource("models")
  void everyLengthHasAResult(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    for (int n : new int[] {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 63, 64, 65, 319, 320}) {
      int[] ids = SmallModels.ids(config, n, n);
      Tensor hidden = model.hidden(ids, INLINE);
      Tensor logits = model.logits(ids, INLINE);
      assertThat(hidden.shape()).containsExactly(n, 10);
      int[] shape =
          switch (model.headKind()) {
            case CLASSIFICATION -> new int[] {3};
            case QUESTION_ANSWERING -> new int[] {n, 2};
            default -> new int[] {n, 11};
          };
      assertThat(logits.shape()).isEqualTo(shape);
      for (float number : logits.data()) {
        assertThat(number).isFinite();
      }
    }
  }

  /// What stands behind a mask is as if it were not there; with sliding windows at any length.
  @Test
  void hiddenPaddingIsInvisible() {
    for (LayerKind kind : LayerKind.values()) {
      ReformerConfig config = SmallModels.sliding().layers(kind, kind).build();
      Reformer model = SmallModels.filled(config);
      for (int n : new int[] {1, 5, 64, 65, 130}) {
        Tensor alone = model.logits(SmallModels.ids(config, n, 1), INLINE);
        for (int padded : new int[] {n + 1, n + 7, 200}) {
          int[] ids = SmallModels.ids(config, padded, 2);
          System.arraycopy(SmallModels.ids(config, n, 1), 0, ids, 0, n);
          boolean[] mask = new boolean[padded];
          Arrays.fill(mask, 0, n, true);
          Tensor beside = model.logits(ids, mask, INLINE);
          for (int i = 0; i < n; i++) {
            SmallModels.sameRow(n + " of " + padded + ", token " + i, alone, i, beside, i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aMaskOfTokensOnlyIsNoMask(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 77, 1);
    boolean[] all = new boolean[77];
    Arrays.fill(all, true);
    assertThat(model.logits(ids, all, INLINE).data()).isEqualTo(model.logits(ids, INLINE).data());
  }

  @ParameterizedTest
  @MethodSource("models")
  void hiddenIdsDoNotMatter(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 90, 1);
    boolean[] mask = new boolean[90];
    for (int i = 0; i < 90; i++) {
      mask[i] = i % 4 != 2;
    }
    int[] others = ids.clone();
    for (int i = 2; i < 90; i += 4) {
      others[i] = (others[i] + 3) % config.vocabularySize();
    }
    Tensor expected = model.hidden(ids, mask, INLINE);
    Tensor actual = model.hidden(others, mask, INLINE);
    for (int i = 0; i < 90; i++) {
      if (mask[i]) {
        SmallModels.sameRow("token " + i, expected, i, actual, i);
      }
    }
    assertThat(actual.data()).isNotEqualTo(expected.data());
  }

  @Test
  void whatCannotBeReadIsRefusedInOneSentence() {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    Map<String, Consumer<Reformer>> refused =
        Map.of(
            "a sequence of no ids; give at least one",
            m -> m.logits(new int[0], INLINE),
            "id 11 at index 2 is outside the vocabulary; ids of this model are 0 to 10",
            m -> m.hidden(new int[] {0, 10, 11}, INLINE),
            "id -1 at index 0 is outside the vocabulary; ids of this model are 0 to 10",
            m -> m.logits(new int[] {-1}, INLINE),
            "321 ids do not fit the 320 positions of this model; shorten the text, or cut it into"
                + " pieces of at most 320",
            m -> m.logits(new int[321], INLINE),
            "a mask of 2 tokens does not fit 3 ids; give one truth value for each",
            m -> m.logits(new int[3], new boolean[2], INLINE));
    refused.forEach((sentence, call) ->
        assertThatThrownBy(() -> call.accept(model))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(sentence));
    assertThatThrownBy(() -> model.logits(new int[3], new boolean[3], INLINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("padding");
  }

  /// A model without numbers cannot compute anything: what is refused here, is refused before any
  /// work.
  @Test
  void whatNoArrayHoldsIsRefusedBeforeAnyWork() {
    ReformerConfigBuilder builder =
        SmallModels.sliding().dModel(2).maxPositions(10_000).learnedPositions();
    Reformer verbose = Reformer.declare(builder.vocabularySize(1 << 20).build());
    assertThatThrownBy(() -> verbose.logits(new int[2048], INLINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "2048 tokens with 1048576 numbers each are more than the 2147483647 that one array"
                + " holds; read at most 2047 tokens at a time");
    Reformer wide = Reformer.declare(builder.heads(1 << 12).headSize(1 << 6).build());
    List<Consumer<Reformer>> passes =
        List.of(
            m -> m.hidden(new int[8192], INLINE),
            m -> m.loss(new int[8192], (_, _, _) -> 0, INLINE),
            m -> m.backward(new int[8192], (_, _, _) -> 0, Draws.NONE, INLINE),
            m -> m.extend(List.of(m.newCache()), new int[][] {new int[8192]}, INLINE));
    for (Consumer<Reformer> pass : passes) {
      assertThatThrownBy(() -> pass.accept(wide))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("8192 tokens with 262144 numbers each")
          .hasMessageEndingWith("read at most 8191 tokens at a time");
    }
  }

  @Test
  void withoutAHeadThereAreNoLogits() {
    Reformer model = SmallModels.filled(SmallModels.withHead(HeadKind.NONE).build());
    assertThat(model.hidden(new int[] {1, 2}, INLINE).shape()).containsExactly(2, 10);
    assertThatThrownBy(() -> model.logits(new int[] {1, 2}, INLINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no head")
        .hasMessageContaining("architectures");
  }

  @ParameterizedTest
  @EnumSource(HeadKind.class)
  void headsHaveTheNamesOfHuggingFace(HeadKind kind) {
    Reformer model = SmallModels.filled(SmallModels.withHead(kind).build());
    assertThat(model.headKind()).isEqualTo(kind);
    List<String> body =
        model.parameters().keySet().stream()
            .filter(name -> name.contains("embeddings.") || name.contains("encoder."))
            .toList();
    List<String> head =
        model.parameters().keySet().stream().filter(name -> !body.contains(name)).toList();
    assertThat(body).allMatch(name -> name.startsWith("reformer.") == (kind != HeadKind.NONE));
    assertThat(head)
        .containsExactlyInAnyOrder(
            switch (kind) {
              case LANGUAGE_MODEL, MASKED_LANGUAGE_MODEL ->
                  new String[] {"lm_head.bias", "lm_head.decoder.weight"};
              case CLASSIFICATION ->
                  new String[] {
                    "classifier.dense.weight",
                    "classifier.dense.bias",
                    "classifier.out_proj.weight",
                    "classifier.out_proj.bias"
                  };
              case QUESTION_ANSWERING -> new String[] {"qa_outputs.weight", "qa_outputs.bias"};
              case NONE -> new String[0];
            });
  }

  @Test
  void classificationReadsTheFirstToken() {
    ReformerConfig config =
        SmallModels.withHead(HeadKind.CLASSIFICATION).causal(true).layers(LayerKind.LOCAL).build();
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 50, 1);
    assertThat(model.logits(ids, INLINE).data())
        .isEqualTo(model.logits(Arrays.copyOf(ids, 1), INLINE).data());
  }

  @Test
  void oneSeedIsOneModel() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer one = Reformer.create(config, 1);
    Reformer same = Reformer.create(config, 1);
    Reformer other = Reformer.create(config, 2);
    int[] ids = SmallModels.ids(config, 30, 1);

    assertThat(same.logits(ids, INLINE).data()).isEqualTo(one.logits(ids, INLINE).data());
    assertThat(other.logits(ids, INLINE).data()).isNotEqualTo(one.logits(ids, INLINE).data());
  }

  /// More layers, or another head, do not change the numbers of the parameters that both have.
  @Test
  void aParameterDependsOnSeedAndNameAlone() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer small = Reformer.create(config, 1);
    Reformer deep =
        Reformer.create(
            config.toBuilder()
                .layers(
                    LayerKind.LOCAL, LayerKind.LSH, LayerKind.LSH, LayerKind.LOCAL, LayerKind.LSH)
                .build(),
            1);
    Reformer answers =
        Reformer.create(
            config.toBuilder().architectures(List.of("ReformerForQuestionAnswering")).build(), 1);
    assertThat(deep.parameters().keySet()).containsAll(small.parameters().keySet());
    for (Reformer other : List.of(deep, answers)) {
      for (Map.Entry<String, Parameter> each : other.parameters().entrySet()) {
        Parameter mine = small.parameters().get(each.getKey());
        if (mine != null) {
          assertThat(each.getValue().value().data()).isEqualTo(mine.value().data());
        }
      }
    }
  }

  @Test
  void parametersOfOneShapeHaveNumbersOfTheirOwn() {
    Reformer model = Reformer.create(SmallModels.sliding().build(), 1);
    List<float[]> drawn =
        model.parameters().values().stream()
            .filter(parameter -> parameter.shape().length > 1)
            .map(parameter -> parameter.value().data())
            .toList();
    for (int i = 0; i < drawn.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(drawn.get(i)).isNotEqualTo(drawn.get(j));
      }
    }
  }

  @Test
  void aDeclaredModelHasShapesAndNoNumbers() {
    Reformer model = Reformer.declare(SmallModels.sliding().build());
    Parameter words = model.parameters().get("reformer.embeddings.word_embeddings.weight");
    assertThat(words.shape()).containsExactly(11, 5);
    assertThatThrownBy(() -> model.logits(new int[] {1}, INLINE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no numbers yet");
  }
}
