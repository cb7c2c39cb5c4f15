package dev.reformer4j.cli.demo;

import dev.reformer4j.cli.Say;
import dev.reformer4j.explain.Explanation;
import dev.reformer4j.explain.HtmlReport;
import dev.reformer4j.explain.Page;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.explain.TerminalReport;
import dev.reformer4j.explain.TextTable;
import dev.reformer4j.picture.Markup;
import java.io.PrintWriter;
import java.util.List;

/// What the demo found, as text and as a page.
///
/// @param explanation of one token, and of the attention as a whole
/// @param buckets words that landed together in the first round of the first head
/// @param seconds what LSH attention took
/// @param exact what exact attention takes
/// @param threads threads that both used
record DemoReport(
    Explanation explanation,
    List<BucketWords> buckets,
    double seconds,
    ExactTime exact,
    int threads) {

  private static final String CHOICE =
      "Words of which at least a quarter of all occurrences are in this one bucket; shown are the"
          + " buckets whose words are most alike.";

  /// Prints the short version.
  void print(PrintWriter out, Screen screen) {
    out.println();
    out.println(screen.wrapped(explanation.subject().origin()));
    out.println(screen.wrapped("Attention: " + explanation.attention() + "."));
    out.println();
    out.println(screen.bold("Words that landed in one bucket, round 1 of head 0"));
    out.println(screen.wrapped(CHOICE));
    TextTable together =
        new TextTable().number("bucket").number("tokens").text("words that live there");
    for (BucketWords bucket : buckets) {
      together.row(
          Integer.toString(bucket.bucket()),
          Integer.toString(bucket.tokens()),
          String.join(" ", bucket.words()));
    }
    out.print(together.on(screen));
    out.println();
    out.println(screen.bold("Captured mass"));
    out.println(screen.wrapped(TerminalReport.coverageSentence(explanation.coverage())));
    out.print(TerminalReport.coverage(explanation.coverage()).on(screen));
    out.println();
    out.println(screen.bold("Time, with " + withThreads()));
    TextTable times = new TextTable().text("").number("seconds").text("");
    times.row("LSH attention", Say.figures(seconds), "measured, all heads and tokens");
    times.row("exact attention", "~" + Say.figures(exact.whole()), "from one head, see below");
    times.row("", Say.figures(ratio()) + "x", "as fast by hashing");
    out.print(times.on(screen));
    out.println(screen.wrapped("Exact attention was " + exact.sentence() + "."));
  }

  /// The page: the demo's own findings first, then the story of one token.
  Page page() {
    Page page = new Page("LSH attention over Jane Austen");
    page.fact(Say.seconds(seconds), "LSH attention, with " + withThreads());
    page.fact("~" + Say.seconds(exact.whole()), "exact attention");
    page.section("Words that landed in one bucket");
    page.paragraph(
        "Nobody told the program what these words mean. Words that keep the same company have near"
            + " vectors, near vectors tend to share a bucket, and attention looks inside buckets."
            + " Round 1 of head 0. "
            + CHOICE);
    page.html(words());
    page.section("Time");
    page.paragraph(
        "LSH attention took %s for %s; exact attention takes about %s, %s times as long (%s)."
            .formatted(
                Say.seconds(seconds),
                "%s tokens and %d heads"
                    .formatted(Say.count(explanation.subject().n()), exact.heads()),
                Say.seconds(exact.whole()),
                Say.figures(ratio()),
                exact.sentence()));
    page.section("The attention");
    return new HtmlReport(explanation).to(page);
  }

  private String words() {
    StringBuilder table = new StringBuilder("<div class='wide'><table>");
    table.append(
        "<tr><th class='n'>bucket</th><th class='n'>tokens</th><th>words that live"
            + " there</th></tr>\n");
    for (BucketWords bucket : buckets) {
      table.append(
          "<tr><td class='n'>%d</td><td class='n'>%d</td><td class='words'>%s</td></tr>\n"
              .formatted(
                  bucket.bucket(),
                  bucket.tokens(),
                  Markup.escape(String.join(" · ", bucket.words()))));
    }
    return table.append("</table></div>\n").toString();
  }

  private double ratio() {
    return exact.whole() / seconds;
  }

  private String withThreads() {
    return threads == 1 ? "1 thread" : threads + " threads";
  }
}
