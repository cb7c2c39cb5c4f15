package dev.reformer4j.explain;

import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.Workers;
import java.util.Arrays;

/// Everything found out about one token of one head, and about its attention as a whole.
///
/// @param subject what is explained
/// @param config the attention
/// @param hashes what hashing and sorting decided
/// @param head which head is looked at
/// @param token the story of one token
/// @param coverage what the attention loses, over all heads
/// @param pairs which pairs were computed
public record Explanation(
    Subject subject,
    LshConfig config,
    Hashes hashes,
    int head,
    TokenTrace token,
    Coverage coverage,
    Pairs pairs) {

  /// The most tokens of a text or grid that are shown one by one.
  static final int MOST_SHOWN = 120;

  /// Looks into an attention that was hashed.
  ///
  /// @param token the token whose story is told
  /// @param coverage what such an attention loses
  /// @throws IllegalArgumentException if there is no such head or token
  public static Explanation of(
      Subject subject,
      LshConfig config,
      Rotations rotations,
      Hashes hashes,
      int head,
      int token,
      Coverage coverage,
      Workers workers) {
    Trace trace = new Trace(subject.input(), config, rotations, hashes, 0, head);
    return new Explanation(
        subject,
        config,
        hashes,
        head,
        trace.token(token),
        coverage,
        Pairs.of(trace, subject.n(), hashes.rounds(), token, workers));
  }

  /// What a token is called.
  public String label(int token) {
    return subject.labels().get(token);
  }

  /// Position of the first token that is shown one by one.
  public int firstShown() {
    return Math.clamp(
        (long) token.token() - MOST_SHOWN / 2, 0, Math.max(0, subject.n() - MOST_SHOWN));
  }

  /// How many tokens are shown one by one.
  public int shown() {
    return Math.min(MOST_SHOWN, subject.n());
  }

  /// The buckets of the tokens shown.
  ///
  /// @return `[rounds][shown]`
  public int[][] bucketsShown() {
    int first = firstShown();
    int[][] buckets = new int[hashes.rounds()][];
    for (int round = 0; round < buckets.length; round++) {
      buckets[round] = Arrays.copyOfRange(hashes.ids(0, head, round), first, first + shown());
    }
    return buckets;
  }

  /// What fits before the tables: `4 rounds of 8 buckets, chunks of 8 (1 before, 0 after),
  /// bidirectional, chunked`.
  public String attention() {
    StringBuilder said = new StringBuilder();
    if (hashes.isHashed()) {
      said.append(Wording.count(hashes.rounds(), "round"))
          .append(" of ")
          .append(Wording.factors(hashes.factors()))
          .append(" buckets, chunks of ");
    } else {
      said.append("no hashing, since all tokens fit into one chunk of ");
    }
    said.append(config.chunk())
        .append(" (%d before, %d after), ".formatted(config.before(), config.after()))
        .append(config.causal() ? "causal" : "bidirectional")
        .append(", ")
        .append(Wording.lower(config.chunking()));
    if (config.maskOtherBuckets()) {
      said.append(", other buckets masked");
    }
    if (config.countOnce()) {
      said.append(", repeated meetings counted once");
    }
    return said.toString();
  }
}
