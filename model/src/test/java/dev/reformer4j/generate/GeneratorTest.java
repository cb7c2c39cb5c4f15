package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
  /// The ids are letters, and the first begins every text.
  private static final Pieces LETTERS = Pieces.of("", "a", "b", "c", "d", "e");

  private static final int END = 5;

  private static Generator generator(NextLogits model) {
    return new Generator(model, LETTERS);
  }

  private static ToyModel toy(long seed) {
    return new ToyModel(LETTERS.size(), 60, seed);
  }

  private static GenerateRequest request(SplittableRandom random) {
    Sampling sampling =
        new Sampling(
            random.nextInt(3) * 0.6,
            random.nextInt(4),
            random.nextBoolean() ? 1 : 0.9,
            random.nextBoolean() ? 0 : 0.1,
            random.nextBoolean() ? 1 : 1.3,
            random.nextLong());
    return new GenerateRequest(
        sampling,
        random.nextInt(3),
        1 + random.nextInt(40),
        StopStringsTest.strings(random),
        random.nextBoolean() ? Set.of() : Set.of(END));
  }

  private static void assertSame(Completion actual, Completion expected) {
    assertThat(actual.ids()).isEqualTo(expected.ids());
    assertThat(actual.text()).isEqualTo(expected.text());
    assertThat(actual.reason()).isEqualTo(expected.reason());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyPromptGetsInABatchWhatItGetsAlone(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      ToyModel model = toy(random.nextLong());
      List<Session> batch = new ArrayList<>();
      List<GenerateRequest> requests = new ArrayList<>();
      List<Completion> alone = new ArrayList<>();
      for (int k = random.nextInt(5); k >= 0; k--) {
        String prompt = StopStringsTest.random(random, 20);
        GenerateRequest request = request(random);
        Session session = generator(model).newSession();
        session.append(prompt);
        batch.add(session);
        requests.add(request);
        alone.add(
            generator(model)
                .generate(List.of(prompt), request, TextListener.none())
                .completions()
                .getFirst());
      }
      List<Completion> together =
          generator(model).goOn(batch, requests, TextListener.none()).completions();
      for (int k = 0; k < batch.size(); k++) {
        assertSame(together.get(k), alone.get(k));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void whatIsKeptOfThePastChangesNothing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      ToyModel model = toy(random.nextLong());
      List<String> prompts = List.of("ab", StopStringsTest.random(random, 30), "", "c");
      GenerateRequest request = request(random);
      List<Completion> kept =
          generator(model).generate(prompts, request, TextListener.none()).completions();
      List<Completion> again =
          generator(new ToyRecomputed(model))
              .generate(prompts, request, TextListener.none())
              .completions();
      for (int k = 0; k < prompts.size(); k++) {
        assertSame(kept.get(k), again.get(k));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void aTextIsTheLiteralOneUpToItsEnd(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<FinishReason, Integer> reasons = new EnumMap<>(FinishReason.class);
    for (int i = 0; i < 300; i++) {
      ToyModel model = toy(random.nextLong());
      String prompt = "a".repeat(random.nextInt(50));
      GenerateRequest request = request(random);
      GenerateRequest endless =
          new GenerateRequest(request.sampling(), request.sequence(), 1000, List.of(), Set.of());
      int[] ids = complete(model, prompt, endless).ids();
      Completion actual = complete(model, prompt, request);

      int limit = Math.min(ids.length, request.maxNewTokens());
      FinishReason reason =
          limit == request.maxNewTokens()
              ? FinishReason.MAX_NEW_TOKENS
              : FinishReason.POSITIONS_EXHAUSTED;
      int end =
          IntStream.range(0, limit)
              .filter(k -> request.endIds().contains(ids[k]))
              .findFirst()
              .orElse(limit);
      String text = LETTERS.decode(Arrays.copyOf(ids, end));
      String expected = StopStringsTest.literally(text, request.stopStrings());
      if (!expected.equals(text)) {
        reason = FinishReason.STOP_STRING;
      } else if (end < limit) {
        reason = FinishReason.END_OF_TEXT;
      }
      assertThat(actual.text()).isEqualTo(expected);
      assertThat(actual.reason()).isEqualTo(reason);
      assertThat(ids).startsWith(actual.ids());
      reasons.merge(reason, 1, Integer::sum);
    }
    assertThat(reasons)
        .containsOnlyKeys(
            FinishReason.END_OF_TEXT,
            FinishReason.STOP_STRING,
            FinishReason.MAX_NEW_TOKENS,
            FinishReason.POSITIONS_EXHAUSTED)
        .allSatisfy((_, times) -> assertThat(times).isGreaterThan(3));
  }

  private static Completion complete(NextLogits model, String prompt, GenerateRequest request) {
    return generator(model)
        .generate(List.of(prompt), request, TextListener.none())
        .completions()
        .getFirst();
  }

  @Test
  void oneSeedOneTextAndAnotherSeedAnother() {
    GenerateRequest request = GenerateRequest.of(Sampling.random(1), 30);
    String text = complete(toy(1), "ab", request).text();
    assertThat(complete(toy(1), "ab", request).text()).isEqualTo(text);
    assertThat(complete(toy(1), "ab", request.withSequence(1)).text()).isNotEqualTo(text);
    assertThat(complete(toy(1), "ab", GenerateRequest.of(Sampling.random(2), 30)).text())
        .isNotEqualTo(text);
  }

  /// Each token is read once, and one that ends the text not at all.
  @Test
  void everyTokenIsReadOnce() {
    ToyModel model = toy(3);
    Timing timing =
        generator(model)
            .generate(
                List.of("ab", "abcde"),
                GenerateRequest.of(Sampling.random(1), 10),
                TextListener.none())
            .timing();
    assertThat(model.steps).isEqualTo(10);
    assertThat(model.seen).isEqualTo(3 + 6 + 2 * 9);
    assertThat(timing.promptTokens()).isEqualTo(3 + 6);
    assertThat(timing.laterTokens()).isEqualTo(2 * 9);
    assertThat(timing.promptTime()).isPositive();
    assertThat(timing.tokensPerSecond()).isEqualTo(2 * 9 * 1e9 / timing.laterTime().toNanos());
  }

  @Test
  void noPromptsNoText() {
    Generation none =
        generator(toy(1))
            .generate(List.of(), GenerateRequest.of(Sampling.greedy(), 5), TextListener.none());
    assertThat(none.completions()).isEmpty();
    assertThat(none.timing().tokensPerSecond()).isZero();
  }

  @Test
  void anEmptyPromptNeedsATokenThatBeginsATextOrIsRefused() {
    GenerateRequest request = GenerateRequest.of(Sampling.greedy(), 5);
    assertThat(complete(toy(1), "", request).ids()).hasSize(5);
    Generator bytes = new Generator(new ToyModel(258, 9, 1), Vocabulary.bytes());
    assertThatThrownBy(() -> bytes.generate(List.of("x", ""), request, TextListener.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prompt 1 is empty, and the vocabulary has no token that begins a text; give one"
                + " character at least, such as a newline");
  }

  @Test
  void aPromptMustLeaveRoom() {
    Generator bytes = new Generator(new ToyModel(258, 9, 1), Vocabulary.bytes());
    GenerateRequest request = GenerateRequest.of(Sampling.random(1), 100);
    Generation last = bytes.generate(List.of("x".repeat(8)), request, TextListener.none());
    assertThat(last.completions().getFirst().ids()).hasSize(1);
    assertThat(last.completions().getFirst().reason()).isEqualTo(FinishReason.POSITIONS_EXHAUSTED);
    assertThatThrownBy(() -> bytes.generate(List.of("x".repeat(9)), request, TextListener.none()))
        .hasMessage(
            "prompt 0 has 9 tokens and leaves no room for a new one in the model's 9 positions;"
                + " shorten it, or give only its end");
    assertThatThrownBy(() -> bytes.generate(List.of("x".repeat(10)), request, TextListener.none()))
        .hasMessage(
            "the text would have 10 tokens, but the model has 9 positions; shorten it, or give"
                + " only its end");
  }

  @Test
  void requestsAreChecked() {
    assertThatThrownBy(() -> GenerateRequest.of(Sampling.greedy(), 0))
        .hasMessage("the number of new tokens is 0, but must be at least 1");
    assertThatThrownBy(
            () -> GenerateRequest.of(Sampling.greedy(), 1).withStopStrings(List.of("a", "")))
        .hasMessage(
            "a stop string is empty, which would end every text before it begins; leave it out");
    GenerateRequest.of(Sampling.greedy(), 1).withStopStrings(List.of("😀"));
    assertThatThrownBy(() ->
            GenerateRequest.of(Sampling.greedy(), 1)
                .withStopStrings(List.of("a", "😀".substring(1))))
        .hasMessage(
            "a stop string has half of a surrogate pair, which no text has; give whole characters");
  }

  @Test
  void sessionsAreChecked() {
    Generator generator = generator(toy(1));
    GenerateRequest request = GenerateRequest.of(Sampling.greedy(), 1);
    Session session = generator.newSession();
    session.append("a");
    assertThatThrownBy(() ->
            generator.goOn(
                List.of(session, session), Collections.nCopies(2, request), TextListener.none()))
        .hasMessage("session 1 is there twice; give a copy of it the second time");
    assertThatThrownBy(() -> generator.goOn(List.of(session), List.of(), TextListener.none()))
        .hasMessage("1 sessions, but 0 requests; give one for each");
    assertThatThrownBy(() -> generator(toy(1)).goOn(session, request, TextListener.none()))
        .hasMessage("session 0 belongs to another generator; use the one that made it");
    assertThatThrownBy(() -> session.append(1, 6, 2))
        .hasMessage("id 6 is not in the model's vocabulary; ids are from 0 to 5");
    assertThat(session.ids()).containsExactly(0, 1);
  }
}
