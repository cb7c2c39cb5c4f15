package dev.reformer4j.explorer;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.words.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a reader looks at: a text and where the controls stand. What is not given is as the text's
/// vectors suggest.
///
/// @param text what is attended over
/// @param unit what a token is, where words become vectors
/// @param layer of a model, from 0
/// @param head from 0
/// @param token the chosen one; one in the middle if it is not given
/// @param rounds of hashing
/// @param on the rounds that are switched on, from 0; all if it is not given
/// @param seed of the rotations
/// @param newTokens how many tokens a continuation shall have
/// @param temperature of a continuation; 0 takes the likeliest token
record View(
    String text,
    Optional<Unit> unit,
    Optional<Integer> layer,
    int head,
    Optional<Integer> token,
    Optional<Integer> rounds,
    Optional<List<Integer>> on,
    Optional<Buckets> buckets,
    Optional<Integer> chunk,
    Optional<Integer> before,
    Optional<Integer> after,
    Optional<Boolean> causal,
    Optional<Chunking> chunking,
    Optional<Boolean> maskOtherBuckets,
    Optional<Boolean> countOnce,
    Optional<Long> seed,
    int newTokens,
    double temperature) {
  /// More rounds than this fit no screen.
  static final int MOST_ROUNDS = 16;

  /// More buckets of one factor than this fit no screen either.
  static final int MOST_FACTOR = 256;

  private static final int MOST_BUCKETS = 1 << 16;
  private static final int MOST_NEIGHBOURS = 64;

  /// Checks what only the explorer forbids; an attention checks the rest.
  View {
    rounds.ifPresent(given -> within("rounds", given, 1, MOST_ROUNDS));
    before.ifPresent(given -> within("before", given, 0, MOST_NEIGHBOURS));
    after.ifPresent(given -> within("after", given, 0, MOST_NEIGHBOURS));
    buckets.ifPresent(View::check);
    if (!(temperature >= 0 && temperature <= 10)) {
      throw Problem.badRequest(
          "temperature " + temperature + " is not between 0 and 10; use one such as 0.8");
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw Problem.badRequest(
          "%s %d is not between %d and %d; the explorer shows no other"
              .formatted(name, value, least, most));
    }
  }

  private static void check(Buckets given) {
    int[] factors = given.factors(1, 1);
    long all = Arrays.stream(factors).asLongStream().reduce(1, (a, b) -> a * b);
    if (!given.isAuto()
        && (Arrays.stream(factors).anyMatch(f -> f > MOST_FACTOR) || all > MOST_BUCKETS)) {
      throw Problem.badRequest(
          "buckets %s are more than the explorer draws; use factors up to %d that multiply to %d at most"
              .formatted(given, MOST_FACTOR, MOST_BUCKETS));
    }
  }

  /// The same without what concerns single tokens: views that share it look at one attention.
  View ofAllTokens() {
    return new View(
        text,
        unit,
        layer,
        head,
        Optional.empty(),
        rounds,
        on,
        buckets,
        chunk,
        before,
        after,
        causal,
        chunking,
        maskOtherBuckets,
        countOnce,
        seed,
        1,
        0);
  }

  /// The attention looked at.
  ///
  /// @param usual what holds where a control was not touched
  LshConfig config(LshConfig usual) {
    return new LshConfig(
        rounds.orElse(Math.min(MOST_ROUNDS, usual.rounds())),
        buckets.orElse(usual.buckets()),
        chunk.orElse(usual.chunk()),
        before.orElse(usual.before()),
        after.orElse(usual.after()),
        causal.orElse(usual.causal()),
        chunking.orElse(usual.chunking()),
        maskOtherBuckets.orElse(usual.maskOtherBuckets()),
        countOnce.orElse(usual.countOnce()));
  }

  /// The rounds that are switched on, ascending.
  ///
  /// @throws Problem if there is none, or one does not exist
  int[] active(int ofRounds) {
    int[] active =
        on.map(given -> given.stream().mapToInt(Integer::intValue).sorted().distinct().toArray())
            .orElseGet(() -> IntStream.range(0, ofRounds).toArray());
    if (active.length == 0) {
      throw Problem.badRequest("no round is switched on; switch on one at least");
    }
    for (int round : active) {
      if (round < 0 || round >= ofRounds) {
        throw Problem.badRequest(
            "round %d cannot be switched on; there are %d, counted from 0"
                .formatted(round, ofRounds));
      }
    }
    return active;
  }
}
