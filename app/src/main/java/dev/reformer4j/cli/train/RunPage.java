package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.train.RunHistory.Evaluated;
import dev.reformer4j.cli.train.Samples.Sample;
import dev.reformer4j.cli.train.Thinned.Line;
import dev.reformer4j.explain.Page;
import dev.reformer4j.explain.Page.Picture;
import dev.reformer4j.picture.Chart;
import dev.reformer4j.picture.Chart.Scale;
import dev.reformer4j.picture.Markup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/// A training as a page: how far it is, its curves, and what the model writes.
///
/// @param card what is trained, and on what
/// @param steps of the whole training
/// @param history what was done
/// @param samples the newest first
record RunPage(ModelCard card, long steps, RunHistory history, List<Sample> samples) {
  private static final int REFRESH_SECONDS = 15;
  private static final String EXPLAINED =
      "Thin: single steps, or the extremes of some steps in a row where there are many. Thick:"
          + " smoothed. Loss and gradient have logarithmic axes. Every number is in metrics.jsonl.";

  /// Where a run stands.
  ///
  /// @param words such as `running`
  /// @param isRunning whether the page will be written again
  /// @param secondsLeft as far as one can say
  record State(String words, boolean isRunning, OptionalDouble secondsLeft) {
    static State running(OptionalDouble secondsLeft) {
      return new State("running", true, secondsLeft);
    }

    static State ended(String words) {
      return new State(words, false, OptionalDouble.empty());
    }
  }

  /// The page.
  ///
  /// @param when it is written, in words
  String html(State state, String when) {
    String name = String.valueOf(card.directory().toAbsolutePath().normalize().getFileName());
    Page page = new Page("Training of " + name);
    if (state.isRunning) {
      page.refresh(REFRESH_SECONDS);
    }
    facts(page, state);
    double share = steps == 0 ? 0 : Math.min(1, history.steps() / (double) steps);
    page.progress(share);
    page.paragraph(
        "As of %s: %s, step %s of %s (%.0f %%)%s."
            .formatted(
                when,
                state.words,
                Say.count(history.steps()),
                Say.count(steps),
                Math.floor(100 * share),
                left(state)));
    page.paragraph(
        "It began as %s. %s.".formatted(card.start(), upperFirst(card.lessons().words())));
    page.html("<p><code>").html(escaped(card.typed())).html("</code></p>\n");
    page.section("Curves");
    page.pictures(pictures());
    page.html("<p class='soft'>" + EXPLAINED + "</p>\n");
    if (!samples.isEmpty()) {
      texts(page);
    }
    return page.html();
  }

  private static String left(State state) {
    return state.secondsLeft.isPresent()
        ? ", about " + Say.seconds(state.secondsLeft.getAsDouble()) + " left"
        : "";
  }

  private void facts(Page page, State state) {
    page.fact(
        state.isRunning ? "running" : history.steps() >= steps ? "done" : "ended",
        "step %s of %s".formatted(Say.count(history.steps()), Say.count(steps)));
    state.secondsLeft.ifPresent(left -> page.fact(Say.seconds(left), "left, about"));
    Measure heldOut = card.lessons().heldOutMeasure();
    history
        .best()
        .ifPresent(best ->
            page.fact(
                decimals(heldOut.bits(best.loss()), 4),
                heldOut.name() + " held out, the best, after step " + Say.count(best.step())));
    Measure measure = card.lessons().measure();
    double latest = history.loss().smoothed().last();
    if (Double.isFinite(latest)) {
      page.fact(decimals(measure.bits(latest), 3), measure.name() + " in training, lately");
    }
    double speed = history.speed().smoothed().last();
    if (Double.isFinite(speed)) {
      page.fact(Say.count(Math.round(speed)), "tokens/s, lately");
    }
    if (history.seconds() > 0) {
      page.fact(
          Say.seconds(history.seconds()),
          "in steps so far, over %s tokens".formatted(Say.count(Math.round(history.tokens()))));
    }
    page.fact(
        Say.count(history.skipped()),
        (history.skipped() == 1 ? "step" : "steps") + " skipped, not finite");
  }

  private List<Picture> pictures() {
    List<Picture> pictures = new ArrayList<>();
    pictures.add(loss());
    if (!ofBytes()) {
      pictures.add(accuracy());
    }
    pictures.add(rate());
    pictures.add(
        smoothed(
            "Length of the gradient before clipping",
            new Chart("step", "gradient norm", Scale.LOGARITHMIC),
            history.gradientNorm()));
    pictures.add(
        smoothed(
            "Speed of the steps", new Chart("step", "tokens/s", Scale.FROM_ZERO), history.speed()));
    return pictures;
  }

  /// Of other tasks one wants to know how much is right.
  private boolean ofBytes() {
    return card.lessons().measure().bitsPerByte(0).isPresent();
  }

  private Picture loss() {
    Measure measure = card.lessons().measure();
    Measure heldOut = card.lessons().heldOutMeasure();
    Chart chart = new Chart("step", measure.name(), Scale.LOGARITHMIC);
    learnt(chart, history.loss(), measure::bits);
    asked(chart, one -> heldOut.bits(one.loss()));
    history
        .best()
        .ifPresent(best ->
            chart.mark(
                best.step(),
                heldOut.bits(best.loss()),
                "best: " + decimals(heldOut.bits(best.loss()), 3)));
    return framed("Loss, in " + measure.name(), chart);
  }

  private Picture accuracy() {
    Chart chart = new Chart("step", "% right", Scale.FROM_ZERO);
    learnt(chart, history.accuracy(), y -> 100 * y);
    asked(chart, one -> 100 * one.accuracy());
    return framed("Accuracy", chart);
  }

  private Picture rate() {
    Line line = history.rate().mean();
    return framed(
        "Learning rate",
        new Chart("step", "learning rate", Scale.FROM_ZERO).curve("", line.x(), line.y()));
  }

  private Picture smoothed(String caption, Chart chart, Thinned numbers) {
    Line raw = numbers.raw();
    Line smooth = numbers.smoothed();
    return framed(caption, chart.thin("", raw.x(), raw.y()).curve("", smooth.x(), smooth.y()));
  }

  private static void learnt(Chart chart, Thinned numbers, DoubleUnaryOperator unit) {
    Line raw = numbers.raw();
    Line smooth = numbers.smoothed();
    chart.thin("training", raw.x(), Arrays.stream(raw.y()).map(unit).toArray());
    chart.curve("smoothed", smooth.x(), Arrays.stream(smooth.y()).map(unit).toArray());
  }

  private void asked(Chart chart, ToDoubleFunction<Evaluated> unit) {
    List<Evaluated> all = history.evaluations();
    chart.points(
        "held out",
        all.stream().mapToDouble(Evaluated::step).toArray(),
        all.stream().mapToDouble(unit).toArray());
  }

  private Picture framed(String caption, Chart chart) {
    String seen = caption + " by step, from step 1 to " + Say.count(history.steps());
    return new Picture(chart.svg(seen, 0, history.steps()).inline(), caption);
  }

  private void texts(Page page) {
    page.section("What it writes");
    page.paragraph(
        "After an evaluation the model goes on from one beginning (pale), always with the same"
            + " random numbers, at temperature 0.8. The newest comes first"
            + (samples.size() > 1 ? "; all are in samples.jsonl." : "."));
    for (Sample sample : samples) {
      page.html("<h3>" + escaped("After step " + Say.count(sample.step())) + "</h3>\n");
      page.text(sample.prompt(), sample.text());
    }
  }

  private static String escaped(String text) {
    return Markup.escape(text);
  }

  private static String upperFirst(String words) {
    return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
