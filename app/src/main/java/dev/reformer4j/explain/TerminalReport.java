package dev.reformer4j.explain;

import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.LostKey;
import dev.reformer4j.attention.Meeting;
import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import dev.reformer4j.attention.Sight;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.WeighedKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/// An explanation as text.
public final class TerminalReport {
  private static final int MOST_KEYS = 12;
  private static final int MOST_LOST = 8;
  private static final int BAR = 12;

  private final Explanation explanation;
  private final Screen screen;

  /// A report for a screen.
  public TerminalReport(Explanation explanation, Screen screen) {
    this.explanation = explanation;
    this.screen = screen;
  }

  /// Prints everything.
  public void print(PrintWriter out) {
    TokenTrace token = explanation.token();
    out.println(screen.wrapped(explanation.subject().origin()));
    out.println(screen.wrapped("Attention: " + explanation.attention() + "."));
    out.println();
    out.println(screen.bold(title(token)));
    out.println();
    out.print(rounds(token));
    out.println();
    out.println(screen.bold("What it saw, heaviest first"));
    out.println(sawSentence(token) + first(token.keys().size(), MOST_KEYS));
    out.print(keys(token));
    out.println();
    out.println(screen.bold("What it lost"));
    out.println(screen.wrapped(lostSentence(token) + first(token.lost().size(), MOST_LOST)));
    if (!token.lost().isEmpty()) {
      out.print(lost(token));
    }
    out.println();
    out.println(screen.bold("Captured mass"));
    out.println(screen.wrapped(coverageSentence(explanation.coverage())));
    out.print(coverage(explanation.coverage()).on(screen));
  }

  private String title(TokenTrace token) {
    String name =
        explanation.subject().isText()
            ? " “" + Screen.plain(explanation.label(token.token())) + "”"
            : "";
    int heads = explanation.hashes().heads();
    return "Token %d%s%s"
        .formatted(
            token.token(), name, heads > 1 ? ", head " + explanation.head() + " of " + heads : "");
  }

  private String rounds(TokenTrace token) {
    TextTable table =
        new TextTable()
            .number("round")
            .text("largest of [xR; −xR]")
            .number("bucket")
            .number("place")
            .number("chunk")
            .number("keys met")
            .number("seen");
    for (RoundTrace round : token.rounds()) {
      List<String> winners = winners(round);
      table.row(
          Integer.toString(round.round() + 1),
          winners.getFirst(),
          Integer.toString(round.bucket()),
          Integer.toString(round.place()),
          round.chunk() < 0 ? "–" : Integer.toString(round.chunk()),
          Integer.toString(round.meetings().size()),
          Long.toString(seen(round)));
      for (String more : winners.subList(1, winners.size())) {
        table.row("", more, "", "", "", "", "");
      }
    }
    return table.on(screen);
  }

  /// The argmax of every factor of the buckets, a line each: side by side they would not fit.
  private static List<String> winners(RoundTrace round) {
    return round.scores().isEmpty()
        ? List.of(largest(round))
        : round.scores().stream().map(TerminalReport::largest).toList();
  }

  static long seen(RoundTrace round) {
    return round.meetings().stream()
        .filter(meeting -> meeting.sight() == Sight.SEEN)
        .map(Meeting::token)
        .distinct()
        .count();
  }

  static String largest(RoundTrace round) {
    if (round.scores().isEmpty()) {
      return "nothing is hashed";
    }
    return round.scores().stream().map(TerminalReport::largest).collect(Collectors.joining(", "));
  }

  private static String largest(RotatedScores scores) {
    return scores.argmax() < 0
        ? "padding"
        : "%s at %d of %d"
            .formatted(
                Wording.number(scores.mirrored(scores.argmax())), scores.argmax(), scores.factor());
  }

  static String sawSentence(TokenTrace token) {
    int keys = token.keys().size();
    return keys == 0
        ? "No key at all: its output is 0."
        : keys == 1 && token.keys().getFirst().token() == token.token()
            ? "Nothing but itself."
            : Wording.count(keys, "key") + " in all rounds together.";
  }

  private static String first(int all, int shown) {
    return all > shown ? " The first " + shown + ":" : "";
  }

  private String keys(TokenTrace token) {
    TextTable table = new TextTable().number("key").text("token").text("rounds");
    table.number("logit").number("weight").text("").number("full attention");
    int all = explanation.hashes().rounds();
    for (WeighedKey key : token.keys().stream().limit(MOST_KEYS).toList()) {
      table.row(
          Integer.toString(key.token()),
          label(key.token()),
          Wording.rounds(key.rounds(), all),
          Wording.number(key.logit()),
          Wording.percent(key.weight()),
          bar(key.weight()),
          Wording.percent(key.fullWeight()));
    }
    return table.on(screen);
  }

  private String lost(TokenTrace token) {
    TextTable table = new TextTable().number("key").text("token").number("logit");
    table.number("full attention").text("");
    for (LostKey key : token.lost().stream().limit(MOST_LOST).toList()) {
      table.row(
          Integer.toString(key.token()),
          label(key.token()),
          Wording.number(key.logit()),
          Wording.percent(key.fullWeight()),
          bar(key.fullWeight()));
    }
    return table.on(screen);
  }

  static String lostSentence(TokenTrace token) {
    if (token.lost().isEmpty()) {
      return "Nothing: every key that full attention weighs was seen in some round.";
    }
    return "%s, which full attention would give %s of the weight; the keys it saw hold %s of it (the captured mass)."
        .formatted(
            Wording.count(token.lost().size(), "key"),
            Wording.percent(1 - token.capturedMass()),
            Wording.percent(token.capturedMass()));
  }

  /// What the table of captured masses is about.
  public static String coverageSentence(Coverage coverage) {
    String queries =
        coverage.isComplete()
            ? "Over all " + Wording.count(coverage.samples().size(), "query")
            : "Over a sample of " + coverage.samples().size() + " queries";
    return queries
        + ": the share of a query's full softmax weight that falls on keys it saw in the first"
        + " rounds.";
  }

  /// The captured mass by rounds: 1, 2, 4, 8, … and the last.
  public static TextTable coverage(Coverage coverage) {
    TextTable table =
        new TextTable()
            .number("rounds")
            .number("mean")
            .text("")
            .number("lowest 5%")
            .number("median")
            .number("highest 5%");
    for (int rounds = 1; rounds <= coverage.rounds(); rounds++) {
      if (Integer.bitCount(rounds) == 1 || rounds == coverage.rounds()) {
        table.row(
            Integer.toString(rounds),
            Wording.percent(coverage.mean(rounds)),
            bar(coverage.mean(rounds)),
            Wording.percent(coverage.quantile(rounds, 0.05)),
            Wording.percent(coverage.quantile(rounds, 0.5)),
            Wording.percent(coverage.quantile(rounds, 0.95)));
      }
    }
    return table;
  }

  private String label(int token) {
    return explanation.subject().isText() ? explanation.label(token) : "";
  }

  private static String bar(double share) {
    int filled = (int) Math.round(share * BAR);
    return "█".repeat(filled) + "·".repeat(BAR - filled);
  }
}
