package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Generation with small models whose weights are random numbers.
class ReformerGenerationTest {
  private static Workers workers;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    workers = Workers.of(2);
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  private static ReformerConfigBuilder config(Chunking chunking) {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH, LayerKind.LSH)
        .dModel(16)
        .heads(2)
        .headSize(8)
        .feedForwardSize(24)
        .vocabularySize(258)
        .learnedPositions()
        .maxPositions(200)
        .localChunk(8)
        .lshChunk(8)
        .rounds(2)
        .buckets(4)
        .causal(true)
        .initializerRange(0.6)
        .chunking(chunking);
  }

  private static Reformer model(Chunking chunking, long seed) {
    return Reformer.create(config(chunking).build(), seed);
  }

  private static Generator remembering(Reformer model) {
    return new Generator(NextLogits.remembering(model, workers), Vocabulary.bytes());
  }

  private static Generator recomputing(Reformer model) {
    return new Generator(NextLogits.recomputing(model, workers), Vocabulary.bytes());
  }

  private static String text(SplittableRandom random, int most) {
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static GenerateRequest request(long seed, int tokens) {
    return new GenerateRequest(
        Sampling.random(seed).withTopK(20).withRepetitionPenalty(1.2),
        0,
        tokens,
        List.of("q", "ab"),
        Set.of(7));
  }

  private static List<int[]> ids(Generation generation) {
    return generation.completions().stream().map(Completion::ids).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void withSlidingWindowsEveryStepHasTheBitsOfTheWholeText(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Reformer model = model(Chunking.SLIDING, seed);
    NextLogits steps = NextLogits.remembering(model, workers);
    for (int i = 0; i < 8; i++) {
      List<NextLogits.Past> pasts = new ArrayList<>();
      List<IdList> texts = new ArrayList<>();
      for (int k = random.nextInt(4); k >= 0; k--) {
        pasts.add(steps.newPast());
        texts.add(new IdList());
      }
      for (int step = 0; step < 6; step++) {
        int[][] news = new int[pasts.size()][];
        for (int k = 0; k < news.length; k++) {
          int count = random.nextBoolean() ? 1 : 1 + random.nextInt(30);
          news[k] = random.ints(count, 0, 258).toArray();
          texts.get(k).add(news[k]);
        }
        float[] logits = steps.extend(pasts, news).data();
        for (int k = 0; k < news.length; k++) {
          float[] whole = model.logits(texts.get(k).from(0), workers).data();
          assertThat(Arrays.copyOfRange(logits, k * 258, (k + 1) * 258))
              .as("sequence %d after %d tokens", k, texts.get(k).size())
              .isEqualTo(Arrays.copyOfRange(whole, whole.length - 258, whole.length));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void withSlidingWindowsRememberingAndRecomputingGiveOneText(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Reformer model = model(Chunking.SLIDING, seed);
    for (int i = 0; i < 4; i++) {
      List<String> prompts = List.of(text(random, 90), text(random, 9), "x", text(random, 40));
      GenerateRequest request = request(random.nextLong(), 50);
      Generation kept = remembering(model).generate(prompts, request, TextListener.none());
      Generation again = recomputing(model).generate(prompts, request, TextListener.none());
      for (int k = 0; k < prompts.size(); k++) {
        assertThat(kept.completions().get(k).ids()).isEqualTo(again.completions().get(k).ids());
        assertThat(kept.completions().get(k).text()).isEqualTo(again.completions().get(k).text());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void everyPromptGetsInABatchWhatItGetsAlone(Chunking chunking) {
    SplittableRandom random = new SplittableRandom(6);
    Reformer model = model(chunking, 6);
    List<String> prompts = List.of(text(random, 70), "x", text(random, 9), text(random, 100));
    List<int[]> together =
        ids(remembering(model).generate(prompts, request(1, 40), TextListener.none()));
    for (int k = 0; k < prompts.size(); k++) {
      Generation alone =
          remembering(model).generate(List.of(prompts.get(k)), request(1, 40), TextListener.none());
      assertThat(together.get(k)).isEqualTo(ids(alone).getFirst());
    }
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void aTextInStagesSavedAndRestoredIsTheTextInOne(Chunking chunking) throws Exception {
    Generator generator = remembering(model(chunking, 7));
    GenerateRequest request = GenerateRequest.of(Sampling.random(3), 7);
    Session whole = generator.newSession();
    whole.append("a beginning");
    Session staged = whole.copy();
    generator.goOn(whole, GenerateRequest.of(Sampling.random(3), 35), TextListener.none());
    Path file = directory.resolve("session");
    for (int stage = 0; stage < 5; stage++) {
      generator.goOn(staged, request, TextListener.none());
      staged.save(file);
      staged = generator.restore(file);
    }
    assertThat(staged.ids()).isEqualTo(whole.ids());
  }

  /// The two kinds share their files: what one left of the past, the other passes over.
  @Test
  void aSessionCanChangeBetweenRememberingAndRecomputing() throws Exception {
    Reformer model = model(Chunking.SLIDING, 8);
    Path file = directory.resolve("session");
    GenerateRequest request = GenerateRequest.of(Sampling.random(3), 10);
    Generator generator = remembering(model);
    Session session = generator.newSession();
    session.append("a beginning");
    List<Generator> turns =
        List.of(generator, recomputing(model), recomputing(model), remembering(model));
    for (int turn = 0; turn < turns.size(); turn++) {
      if (turn > 0) {
        session = turns.get(turn).restore(file);
      }
      turns.get(turn).goOn(session, request, TextListener.none());
      session.save(file);
    }
    Generator once = remembering(model);
    Session uninterrupted = once.newSession();
    uninterrupted.append("a beginning");
    once.goOn(uninterrupted, GenerateRequest.of(Sampling.random(3), 40), TextListener.none());
    assertThat(session.ids()).isEqualTo(uninterrupted.ids());
  }

  @Test
  void aModelWithAnotherWeightOrSettingIsAnotherModel() throws Exception {
    Path file = directory.resolve("session");
    Session session = remembering(model(Chunking.SLIDING, 9)).newSession();
    session.append("abc");
    session.save(file);
    assertThat(remembering(model(Chunking.SLIDING, 9)).restore(file).text()).isEqualTo("abc");

    Reformer trained = model(Chunking.SLIDING, 9);
    Parameter last = trained.parameters().lastEntry().getValue();
    last.value().data()[last.value().size() - 1] += 1e-3f;
    Reformer chunked = model(Chunking.CHUNKED, 9);
    for (Reformer other : List.of(trained, chunked)) {
      assertThatThrownBy(() -> remembering(other).restore(file))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("was saved with another model");
    }
  }

  /// Real interrupts, at whatever place of a step they come.
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 100, 500})
  void anInterruptLeavesSessionsThatGoOn(int microseconds) {
    Reformer model = model(Chunking.SLIDING, 10);
    Generator generator = remembering(model);
    GenerateRequest request = GenerateRequest.of(Sampling.random(3), 60);
    List<Session> sessions = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Session session = generator.newSession();
      session.append("a beginning " + k);
      sessions.add(session);
    }
    List<Session> whole = sessions.stream().map(Session::copy).toList();
    generator.goOn(whole, Collections.nCopies(3, request), TextListener.none());
    Thread generating = Thread.currentThread();
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              long end = System.nanoTime() + 1000L * microseconds;
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              generating.interrupt();
            });
    Generation first =
        generator.goOn(sessions, Collections.nCopies(3, request), TextListener.none());
    // Where all was generated before, the interrupt comes now, and must not end this wait.
    while (killer.isAlive()) {
      Thread.onSpinWait();
    }
    Thread.interrupted();
    List<GenerateRequest> rest = new ArrayList<>();
    List<Session> unfinished = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      int drawn = first.completions().get(k).ids().length;
      if (drawn < 60) {
        unfinished.add(sessions.get(k));
        rest.add(GenerateRequest.of(Sampling.random(3), 60 - drawn));
      }
    }
    generator.goOn(unfinished, rest, TextListener.none());
    for (int k = 0; k < 3; k++) {
      assertThat(sessions.get(k).ids()).isEqualTo(whole.get(k).ids());
    }
  }

  @Test
  void onlyACausalLanguageModelGeneratesAndScores() {
    Reformer masked =
        Reformer.create(
            config(Chunking.CHUNKED)
                .causal(false)
                .architectures(List.of(HeadKind.MASKED_LANGUAGE_MODEL.architecture()))
                .build(),
            1);
    String both =
        " needs a model that foretells the next token (ReformerModelWithLMHead), but this is a"
            + " ReformerForMaskedLM, which guesses hidden tokens from both sides: its probabilities"
            + " of single tokens do not make up that of a text; load a causal one";
    assertThatThrownBy(() -> NextLogits.remembering(masked, workers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("generation" + both);
    assertThatThrownBy(() -> NextLogits.recomputing(masked, workers))
        .hasMessage("generation" + both);
    assertThatThrownBy(() -> Scorer.of(masked, Vocabulary.bytes(), 10, workers))
        .hasMessage("a score" + both);
    Reformer bare =
        Reformer.create(
            config(Chunking.CHUNKED).architectures(List.of(HeadKind.NONE.architecture())).build(),
            1);
    assertThatThrownBy(() -> NextLogits.remembering(bare, workers))
        .hasMessageEndingWith("but this is a ReformerModel; load a causal one");
  }

  @Test
  void aScoreIsTheProbabilityOfTheTextGenerationWouldDraw() {
    Reformer model = model(Chunking.SLIDING, 11);
    String text = "some text";
    int[] ids = Vocabulary.bytes().encode(text);
    Tensor logits = model.logits(ids, workers);
    double bits = 0;
    for (int i = 1; i < ids.length; i++) {
      Sampler sampler = new Sampler(Sampling.random(0), 0);
      double[] probabilities = sampler.probabilities(logits.data(), (i - 1) * 258, 258, i);
      bits -= Math.log(probabilities[ids[i]]) / Math.log(2);
    }
    Score score = Scorer.of(model, Vocabulary.bytes(), 200, workers).score(text);
    assertThat(score.bits()).isCloseTo(bits, within(1e-9 * bits));
    assertThatThrownBy(() -> Scorer.of(model, Vocabulary.bytes(), 201, workers))
        .hasMessage(
            "the window is 201 tokens, but the model has 200 positions; use at most as many");
  }
}
