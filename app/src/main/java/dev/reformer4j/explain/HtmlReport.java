package dev.reformer4j.explain;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.LostKey;
import dev.reformer4j.attention.RoundTrace;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.WeighedKey;
import dev.reformer4j.explain.Page.Picture;
import dev.reformer4j.picture.BucketGrid;
import dev.reformer4j.picture.Markup;
import dev.reformer4j.picture.MassByRounds;
import dev.reformer4j.picture.OrderRibbons;
import dev.reformer4j.picture.PairPattern;
import dev.reformer4j.picture.RotationBars;
import dev.reformer4j.picture.Theme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An explanation as a page with pictures.
public final class HtmlReport {
  private static final int MOST_KEYS = 20;
  private static final int MOST_LOST = 12;

  /// Rounds beyond these look like them.
  private static final int MOST_ROUNDS = 8;

  private final Explanation explanation;
  private final TokenTrace token;

  /// A report of an explanation.
  public HtmlReport(Explanation explanation) {
    this.explanation = explanation;
    this.token = explanation.token();
  }

  /// Adds everything to a page.
  public Page to(Page page) {
    facts(page);
    page.paragraph(explanation.subject().origin());
    page.paragraph("Attention: " + explanation.attention() + ".");
    text(page);
    story(page);
    order(page);
    pattern(page);
    mass(page);
    return page;
  }

  private void facts(Page page) {
    Coverage coverage = explanation.coverage();
    page.fact(Wording.count(explanation.subject().n(), "token"), "attended over");
    int rounds = Math.min(coverage.rounds(), explanation.config().rounds());
    page.fact(
        Wording.percent(coverage.mean(rounds)),
        "of the full softmax weight captured by "
            + Wording.count(rounds, "round")
            + (coverage.isComplete() ? "" : ", mean of a sample"));
    page.fact(Wording.percent(keysSeen()), "of all keys seen by token " + token.token());
  }

  private double keysSeen() {
    return (double) token.keys().size() / explanation.subject().n();
  }

  /// The text itself, or its part around the token, with every word underlined in the colour of its
  /// bucket.
  private void text(Page page) {
    page.section("Buckets");
    page.paragraph(
        "Hashing gives every token a bucket in every round. Tokens of one bucket attend to each"
            + " other. "
            + shownSentence());
    page.pictures(
        List.of(
            new Picture(
                BucketGrid.of(explanation.firstShown(), limited(), token.token()).inline(),
                gridCaption())));
    if (explanation.subject().isText()) {
      for (int round = 0; round < limited().length; round++) {
        page.html(round == 0 ? "<details open='open'>" : "<details>");
        page.html(
            "<summary>The text in round "
                + (round + 1)
                + "</summary>\n"
                + chips(round)
                + "</details>\n");
      }
    }
  }

  private String gridCaption() {
    return explanation.hashes().buckets() <= Theme.BUCKET_COLOURS
        ? "A row a round; equal colours in a row are equal buckets."
        : ("A row a round. Equal buckets have equal colours; but there are %d buckets for %d"
                + " colours, so equal colours may be different buckets.")
            .formatted(explanation.hashes().buckets(), Theme.BUCKET_COLOURS);
  }

  private String shownSentence() {
    int n = explanation.subject().n();
    int first = explanation.firstShown();
    return explanation.shown() == n
        ? "All %d are shown.".formatted(n)
        : "Shown are tokens %d to %d of %s."
            .formatted(first, first + explanation.shown() - 1, Wording.count(n, "token"));
  }

  private int[][] limited() {
    int[][] all = explanation.bucketsShown();
    return Arrays.copyOf(all, Math.min(MOST_ROUNDS, all.length));
  }

  private String chips(int round) {
    StringBuilder chips = new StringBuilder("<p class='chips' style='max-width:none'>");
    int[] buckets = explanation.bucketsShown()[round];
    for (int i = 0; i < buckets.length; i++) {
      int position = explanation.firstShown() + i;
      chips.append(
          "<bdi class='chip %s%s'>%s<sub>%d</sub></bdi> "
              .formatted(
                  Theme.fill(buckets[i]),
                  position == token.token() ? " chosen" : "",
                  Markup.escape(explanation.label(position)),
                  buckets[i]));
    }
    return chips.append("</p>").toString();
  }

  private void story(Page page) {
    String name =
        explanation.subject().isText() ? " “" + explanation.label(token.token()) + "”" : "";
    page.section("The story of token " + token.token() + name);
    page.paragraph(
        "A round turns the token's vector x by a random matrix R and asks which of the numbers [xR;"
            + " −xR] is the largest. Its index is the bucket."
            + (explanation.hashes().factors().length > 1
                ? " With several factors each has its own argmax, and together they are the bucket."
                : ""));
    List<Picture> bars = new ArrayList<>();
    for (RoundTrace round : token.rounds().stream().limit(MOST_ROUNDS).toList()) {
      bars.add(new Picture(RotationBars.of(round).inline(), windowSentence(round)));
    }
    page.pictures(bars);
    page.html("<div class='columns'><div><h3>What it saw</h3>\n")
        .paragraph(
            TerminalReport.sawSentence(token) + " Beside the weight, what full attention gives.");
    page.html(keys());
    page.html("</div><div><h3>What it lost</h3>\n").paragraph(TerminalReport.lostSentence(token));
    if (!token.lost().isEmpty()) {
      page.html(lost());
    }
    page.html("</div></div>\n");
  }

  private static String windowSentence(RoundTrace round) {
    return "Place %d of the bucket order%s. %s met, %d of them seen."
        .formatted(
            round.place(),
            round.chunk() < 0 ? "" : ", in chunk " + round.chunk(),
            Wording.count(round.meetings().size(), "key"),
            TerminalReport.seen(round));
  }

  private String keys() {
    StringBuilder table = new StringBuilder("<div class='wide'><table><tr><th class='n'>key</th>");
    table.append(explanation.subject().isText() ? "<th>token</th>" : "");
    table.append("<th>rounds</th><th class='n'>logit</th><th class='n'>weight</th><th></th>");
    table.append("<th class='n'>in full</th></tr>\n");
    for (WeighedKey key : token.keys().stream().limit(MOST_KEYS).toList()) {
      table
          .append("<tr>")
          .append(position(key.token()))
          .append("<td>")
          .append(Wording.rounds(key.rounds(), explanation.hashes().rounds()))
          .append("</td>")
          .append(number(Wording.number(key.logit())))
          .append(number(Wording.percent(key.weight())))
          .append(bar(key.weight(), "bar"))
          .append(number(Wording.percent(key.fullWeight())))
          .append("</tr>\n");
    }
    return table.append("</table></div>\n").append(more(token.keys().size(), MOST_KEYS)).toString();
  }

  private String lost() {
    StringBuilder table = new StringBuilder("<div class='wide'><table><tr><th class='n'>key</th>");
    table.append(explanation.subject().isText() ? "<th>token</th>" : "");
    table.append("<th class='n'>logit</th><th class='n'>in full</th><th></th></tr>\n");
    for (LostKey key : token.lost().stream().limit(MOST_LOST).toList()) {
      table
          .append("<tr>")
          .append(position(key.token()))
          .append(number(Wording.number(key.logit())))
          .append(number(Wording.percent(key.fullWeight())))
          .append(bar(key.fullWeight(), "bar lost"))
          .append("</tr>\n");
    }
    return table.append("</table></div>\n").append(more(token.lost().size(), MOST_LOST)).toString();
  }

  private String position(int key) {
    String label =
        explanation.subject().isText()
            ? "<td><bdi>" + Markup.escape(explanation.label(key)) + "</bdi></td>"
            : "";
    return number(Integer.toString(key)) + label;
  }

  private static String more(int all, int shown) {
    return all > shown
        ? "<p class='soft'>and " + Wording.count(all - shown, "lighter key") + "</p>\n"
        : "";
  }

  static String number(String text) {
    return "<td class='n'>" + Markup.escape(text) + "</td>";
  }

  static String bar(double share, String style) {
    return "<td class='share'><span class='%s' style='width:%d%%'></span></td>"
        .formatted(style, Math.round(100 * share));
  }

  private void order(Page page) {
    if (!explanation.hashes().isHashed()) {
      return;
    }
    boolean chunked = explanation.config().chunking() == Chunking.CHUNKED;
    page.section("The bucket order");
    page.paragraph(
        "Every round sorts the tokens by bucket. "
            + (chunked
                ? "The sorted row is cut into chunks, and a query sees its own chunk and its"
                    + " neighbours. The thick"
                    + " ribbon is token %d; the frame is its chunk.".formatted(token.token())
                : "A query sees the nearest tokens of its own bucket. The thick ribbon is token %d."
                    .formatted(token.token())));
    List<Picture> ribbons = new ArrayList<>();
    for (int round = 0; round < Math.min(MOST_ROUNDS / 2, explanation.hashes().rounds()); round++) {
      ribbons.add(new Picture(ribbons(round), ""));
    }
    page.pictures(ribbons);
  }

  private String ribbons(int round) {
    return OrderRibbons.of(
            round,
            explanation.hashes().order(0, explanation.head(), round),
            explanation.hashes().ids(0, explanation.head(), round),
            explanation.config().chunking() == Chunking.CHUNKED ? explanation.config().chunk() : 0,
            token.token())
        .inline();
  }

  private void pattern(Page page) {
    page.section("Pairs computed, pairs lost");
    page.paragraph(
        "Exact attention computes the whole square"
            + (explanation.config().causal() ? ", up to its diagonal" : "")
            + ". Hashing computes the blue pairs only. A pair that is not computed has no weight,"
            + " as if its logit were minus infinity; its true logit is not zero, and where that"
            + " would have mattered the square is orange.");
    page.pictures(List.of(new Picture(square(), pairsCaption(explanation.pairs()))));
  }

  private String square() {
    Pairs pairs = explanation.pairs();
    return PairPattern.of(pairs.seen(), pairs.lost(), 0, explanation.subject().n(), token.token())
        .inline();
  }

  /// What the cells and their shades are.
  static String pairsCaption(Pairs pairs) {
    return pairs.isSingle()
        ? "A cell is a pair. Blue: the stronger, the more rounds let it meet. Orange: lost,"
            + " although full attention gives it 1, 2, 4 or 8 times an even share of the weight."
        : "A cell is "
            + pairs.block()
            + " × "
            + pairs.block()
            + " pairs, of which one query stands for its row. Blue: holds keys it saw, the stronger"
            + " the more. Orange: holds lost keys with 2, 4, 8 or 16 times an even share of the"
            + " weight.";
  }

  private void mass(Page page) {
    Coverage coverage = explanation.coverage();
    page.section("Captured mass by rounds");
    page.paragraph(TerminalReport.coverageSentence(coverage));
    page.pictures(
        List.of(
            new Picture(
                MassByRounds.of(coverage).inline(),
                "Line: the mean. Band: the middle half of the queries.")));
  }
}
