package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.text.Vocabulary;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingTest {
  private static final Generator BYTES =
      new Generator(new ToyModel(258, 200, 3), Vocabulary.bytes());

  /// Random bytes are the worst of texts: half characters everywhere.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thePiecesTogetherAreTheText(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      List<String> prompts = List.of("a", "bc", "ä");
      GenerateRequest request =
          GenerateRequest.of(Sampling.random(random.nextLong()), 1 + random.nextInt(80))
              .withStopStrings(i % 2 == 0 ? List.of() : List.of("�", "a", "\uFFFDx", "Kq"));
      StringBuilder[] heard = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
      List<Completion> completions =
          BYTES
              .generate(
                  prompts,
                  request,
                  (sequence, piece) -> {
                    heard[sequence].append(piece);
                    assertThat(request.stopStrings())
                        .noneMatch(heard[sequence].toString()::contains);
                    return true;
                  })
              .completions();
      for (int k = 0; k < prompts.size(); k++) {
        Completion completion = completions.get(k);
        assertThat(heard[k]).hasToString(completion.text());
        assertThat(completion.text())
            .isEqualTo(
                StopStringsTest.literally(
                    Vocabulary.bytes().decode(completion.ids()), request.stopStrings()));
      }
    }
  }

  @Test
  void aListenerStopsItsSequenceAndNoOther() {
    GenerateRequest request = GenerateRequest.of(Sampling.random(5), 30);
    int[] calls = new int[3];
    List<Completion> completions =
        BYTES
            .generate(
                List.of("a", "b", "c"),
                request,
                (sequence, _) -> ++calls[sequence] < 7 || sequence != 1)
            .completions();
    assertThat(completions)
        .extracting(Completion::reason)
        .containsExactly(
            FinishReason.MAX_NEW_TOKENS, FinishReason.CANCELLED, FinishReason.MAX_NEW_TOKENS);
    assertThat(completions.get(1).ids()).hasSize(7);
    assertThat(
            BYTES
                .generate(List.of("b"), request, TextListener.none())
                .completions()
                .getFirst()
                .ids())
        .startsWith(completions.get(1).ids());
  }

  @Test
  void whatAListenerThrowsPassesThroughAndTheSessionGoesOn() {
    GenerateRequest request = GenerateRequest.of(Sampling.random(5), 20);
    Session session = BYTES.newSession();
    session.append("abc");
    Session whole = session.copy();
    assertThatThrownBy(() ->
            BYTES.goOn(
                session,
                request,
                (_, _) -> {
                  if (session.length() == 10) {
                    throw new IllegalStateException("no more");
                  }
                  return true;
                }))
        .hasMessage("no more");
    assertThat(session.length()).isEqualTo(10);
    BYTES.goOn(whole, request, TextListener.none());
    BYTES.goOn(session, GenerateRequest.of(Sampling.random(5), 13), TextListener.none());
    assertThat(session.ids()).isEqualTo(whole.ids());
  }
}
