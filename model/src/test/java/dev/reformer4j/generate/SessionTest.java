package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  @TempDir Path directory;

  private final ToyModel model = new ToyModel(258, 500, 3);
  private final Generator generator = new Generator(model, Vocabulary.bytes());

  private Session session(String text) {
    Session session = generator.newSession();
    session.append(text);
    return session;
  }

  private static GenerateRequest tokens(int count) {
    return GenerateRequest.of(Sampling.random(9).withRepetitionPenalty(1.1), count);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aTextInStagesSavedAndRestoredIsTheTextInOne(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20; i++) {
      Session whole = session("begin");
      generator.goOn(whole, tokens(60), TextListener.none());
      Session staged = session("begin");
      for (int left = 60; left > 0; ) {
        int now = Math.min(left, 1 + random.nextInt(20));
        generator.goOn(staged, tokens(now), TextListener.none());
        left -= now;
        if (random.nextBoolean()) {
          Path file = directory.resolve("session");
          staged.save(file);
          staged = generator.restore(file);
        }
      }
      assertThat(staged.ids()).isEqualTo(whole.ids());
      assertThat(staged.text()).isEqualTo(whole.text());
    }
  }

  @Test
  void goingOnReadsOnlyWhatIsNew() throws Exception {
    Session session = session("a long beginning");
    generator.goOn(session, tokens(10), TextListener.none());
    session.append("and more");
    session.save(directory.resolve("session"));
    Session restored = generator.restore(directory.resolve("session"));
    model.seen = 0;
    generator.goOn(restored, tokens(5), TextListener.none());
    assertThat(model.seen).isEqualTo(1 + "and more".length() + 4);
  }

  /// A stop string and an end id are not part of the session; it goes on as if it had been given as
  /// text.
  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5})
  void aSessionHoldsWhatWasShown(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Pieces pieces = Pieces.of("a", "b", "c", "ab", "bca", "cc", "acb", "bb", "caa", "aaab");
    ToyModel toy = new ToyModel(pieces.size(), 300, seed);
    Generator generator = new Generator(toy, pieces);
    int cuts = 0;
    int split = 0;
    for (int i = 0; i < 300; i++) {
      Session session = generator.newSession();
      session.append("ab");
      int given = session.length();
      GenerateRequest request =
          GenerateRequest.of(Sampling.random(i), 1 + random.nextInt(30))
              .withStopStrings(StopStringsTest.strings(random))
              .withEndIds(Set.of(9));
      Completion shown =
          generator.goOn(session, request, TextListener.none()).completions().getFirst();
      assertThat(session.text()).isEqualTo("ab" + shown.text());
      if (shown.reason() == FinishReason.STOP_STRING) {
        cuts++;
        int[] kept = session.ids();
        int same = given;
        while (same < kept.length && kept[same] == shown.ids()[same - given]) {
          same++;
        }
        split += same < kept.length ? 1 : 0;
      }
      assertGoesOnAsIfGiven(generator, session);
    }
    assertThat(cuts).isGreaterThan(50);
    assertThat(split).as("stop strings that begin inside a token").isGreaterThan(10);
  }

  /// The first part of a token may be more tokens than the whole.
  @Test
  void aCutNeverOutgrowsThePositions() {
    Pieces pieces = Pieces.of("a", "b", "c", "ababc", "babac", "aabbc");
    Generator generator = new Generator(new ToyModel(pieces.size(), 6, 1), pieces);
    int lost = 0;
    for (int i = 0; i < 300; i++) {
      Session session = generator.newSession();
      session.append("ab");
      GenerateRequest request =
          GenerateRequest.of(Sampling.random(i), 10).withStopStrings(List.of("c"));
      Completion shown =
          generator.goOn(session, request, TextListener.none()).completions().getFirst();
      assertThat(session.length()).isLessThanOrEqualTo(6);
      assertThat("ab" + shown.text()).startsWith(session.text());
      lost += session.text().equals("ab" + shown.text()) ? 0 : 1;
    }
    assertThat(lost).isBetween(10, 150);
  }

  private static void assertGoesOnAsIfGiven(Generator generator, Session session) {
    Session given = generator.newSession();
    given.append(session.ids());
    generator.goOn(session, tokens(5), TextListener.none());
    generator.goOn(given, tokens(5), TextListener.none());
    assertThat(session.ids()).isEqualTo(given.ids());
  }

  /// A copy from before the stop string is kept, so that it costs no second reading of the text.
  @Test
  void takingAStopStringBackIsCheap() {
    Session session = session("x".repeat(300));
    String text = session.copy().text() + textAfter(session.copy(), 40);
    String stop = text.substring(320, 326);
    Completion cut =
        generator
            .goOn(session, tokens(40).withStopStrings(List.of(stop)), TextListener.none())
            .completions()
            .getFirst();
    assertThat(cut.reason()).isEqualTo(FinishReason.STOP_STRING);
    model.seen = 0;
    session.append("!");
    generator.goOn(session, tokens(1), TextListener.none());
    assertThat(model.seen).isLessThan(50);
  }

  private String textAfter(Session session, int tokens) {
    return generator
        .goOn(session, tokens(tokens), TextListener.none())
        .completions()
        .getFirst()
        .text();
  }

  @Test
  void aCopyGoesItsOwnWay() {
    Session session = session("one beginning");
    generator.goOn(session, tokens(3), TextListener.none());
    Session copy = session.copy();
    generator.goOn(copy, tokens(8).withSequence(1), TextListener.none());
    assertThat(session.length()).isEqualTo(13 + 3);
    assertGoesOnAsIfGiven(generator, session);
    assertGoesOnAsIfGiven(generator, copy);
  }

  @Test
  void aRefusedPromptChangesNothing() {
    Session session = session("abc");
    assertThatThrownBy(() -> session.append("x".repeat(498)))
        .hasMessage(
            "the text would have 501 tokens, but the model has 500 positions; shorten it, or begin a"
                + " new session");
    assertThat(session.text()).isEqualTo("abc");
  }

  /// Wherever the interrupt comes, between the tokens or in the middle of a step.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 9})
  void anInterruptLeavesASessionThatGoesOn(int step) {
    Session session = session("begin ");
    generator.goOn(session, tokens(2), TextListener.none());
    session.append("and more");
    int before = session.length();
    model.steps = 0;
    model.inTheMiddle =
        () -> {
          if (model.steps == step + 1) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
          }
        };
    Completion ended =
        generator.goOn(session, tokens(50), TextListener.none()).completions().getFirst();
    assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
    model.inTheMiddle = () -> {};
    assertThat(ended.reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(ended.ids()).hasSize(step);
    assertThat(session.length()).isEqualTo(before + step);
    assertGoesOnAsIfGiven(generator, session);
  }

  @Test
  void anInterruptBeforehandDoesNothing() {
    Session session = session("begin");
    Thread.currentThread().interrupt();
    Completion none =
        generator.goOn(session, tokens(5), TextListener.none()).completions().getFirst();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(none.ids()).isEmpty();
    assertThat(model.seen).isZero();
  }

  /// While a prompt is read an interrupt is likely, so what was read before it is kept.
  @Test
  void anInterruptedPromptIsReadAgainAndNothingElse() {
    Session session = session("x".repeat(300));
    generator.goOn(session, tokens(2), TextListener.none());
    session.append("more");
    model.inTheMiddle =
        () -> {
          Thread.currentThread().interrupt();
          throw new CancellationException("interrupted");
        };
    generator.goOn(session, tokens(5), TextListener.none());
    assertThat(Thread.interrupted()).isTrue();
    model.inTheMiddle = () -> {};
    model.seen = 0;
    generator.goOn(session, tokens(1), TextListener.none());
    assertThat(model.seen).isEqualTo(1 + "more".length());
  }
}
