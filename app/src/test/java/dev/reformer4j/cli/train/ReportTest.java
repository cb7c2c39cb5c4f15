package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.picture.WellFormed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String MODEL = "model.safetensors";
  private static final String CHECKPOINT = "checkpoints/step-0000000012.safetensors";

  @TempDir private Path directory;
  private Path text;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("t.txt"), "<b>Tom & \"Jerry\"</b>\n".repeat(180));
    config =
        Files.writeString(
            directory.resolve("c.json"),
            TestModels.sliding().initializerRange(0.02).build().toJson());
  }

  /// Twelve steps and three evaluations.
  private CliRun train(Path out, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--data", text, "--out", out, "--config", config, "--length", 48));
    args.addAll(List.of("--evaluate-every", 4, "--save-every", 4, "--threads", 1, "--steps", 12));
    args.addAll(List.of(more));
    return CliRun.of(args.toArray());
  }

  private static String report(Path out) throws IOException {
    String html = Files.readString(out.resolve("report.html"));
    WellFormed.check(html);
    return html;
  }

  private static long count(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().count();
  }

  @Test
  void theReportOfARunThatHasEndedIsOnePageThatStaysAsItIs() throws IOException {
    Path out = directory.resolve("m<&>");
    CliRun run = train(out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("the report is " + out.resolve("report.html"));
    String html = report(out);
    assertThat(html)
        .contains("<h1>Training of m&lt;&amp;&gt;</h1>", "done, step 12 of 12 (100 %)")
        .contains("bits per byte held out, the best", "best: ", "0</b><span>steps skipped")
        .doesNotContain("http-equiv=\"refresh\"", "<script", "src=", "href=");
    // Held-out values and the ring around the best; the key has one point of its own.
    assertThat(count(html, "<circle [^>]*class='lost'")).isEqualTo(3 + 1);
    assertThat(count(html, "<circle [^>]*class='frame'")).isEqualTo(1);
    assertThat(html).contains("<b>done</b><span>step 12 of 12</span>");
  }

  @Test
  void whatTheModelReadsAndWritesIsEscaped() throws IOException {
    Path out = directory.resolve("m");
    train(out);
    String html = report(out);
    assertThat(count(html, "<h3>After step (4|8|12)</h3>")).isEqualTo(3);
    assertThat(html.indexOf("After step 12")).isLessThan(html.indexOf("After step 4<"));
    assertThat(html)
        .contains("Tom &amp; &quot;Jerry&quot;&lt;/b&gt;\n")
        .doesNotContain("<b>Tom", "\"Jerry");
    List<String> lines = Files.readAllLines(out.resolve("samples.jsonl"));
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("{\"step\":4,\"prompt\":");
  }

  @Test
  void samplesChangeNoBitOfTheTraining() throws IOException {
    Path with = directory.resolve("with");
    Path without = directory.resolve("without");
    // Dropout and new rotations, so that the training draws random numbers too.
    train(with, "--dropout", 0.1, "--rotations", "step");
    train(without, "--dropout", 0.1, "--rotations", "step", "--sample-tokens", 0);
    assertThat(Files.readAllBytes(with.resolve(CHECKPOINT)))
        .isEqualTo(Files.readAllBytes(without.resolve(CHECKPOINT)));
    assertThat(Files.readAllBytes(with.resolve(MODEL)))
        .isEqualTo(Files.readAllBytes(without.resolve(MODEL)));
    assertThat(without.resolve("samples.jsonl")).doesNotExist();
    assertThat(report(without)).doesNotContain("What it writes");
  }

  @Test
  void theReportOfAResumedRunShowsAllOfIt() throws IOException {
    Path whole = directory.resolve("whole");
    train(whole);
    Path parts = directory.resolve("parts");
    train(parts);
    // As if it had been killed after the sample of step 12, half of which was written.
    Files.delete(parts.resolve(CHECKPOINT));
    Path samples = parts.resolve("samples.jsonl");
    String all = Files.readString(samples);
    Files.writeString(samples, all.substring(0, all.lastIndexOf("text")));
    CliRun resumed = train(parts, "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("going on behind step 8");
    assertThat(Files.readString(samples)).isEqualTo(all);
    assertThat(lossPicture(report(parts))).isEqualTo(lossPicture(report(whole)));
    assertThat(count(report(parts), "<h3>After step (4|8|12)</h3>")).isEqualTo(3);
  }

  private static String lossPicture(String html) {
    int begin = html.indexOf("<svg");
    return html.substring(begin, html.indexOf("</svg>", begin));
  }

  @Test
  void aTextOfWhichNothingIsHeldOutHasSamplesAtItsCheckpoints() throws IOException {
    Path out = directory.resolve("m");
    CliRun run = train(out, "--held-out-share", 0);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(count(report(out), "<h3>After step (4|8|12)</h3>")).isEqualTo(3);
  }

  @Test
  void aTaskWithoutTextHasAccuracyAndNoSamples() throws IOException {
    Path out = directory.resolve("m");
    CliRun run =
        CliRun.of(
            "train",
            "--task",
            "duplication",
            "--word-length",
            15,
            "--out",
            out,
            "--steps",
            4,
            "--evaluate-every",
            2,
            "--threads",
            1,
            "--batch",
            1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(report(out))
        .contains("bits per symbol held out", "% right", "<figcaption>Accuracy")
        .doesNotContain("What it writes");
  }

  @Test
  void aReportThatCannotBeWrittenEndsTheRunInASentence() throws IOException {
    Path out = Files.createDirectories(directory.resolve("m"));
    Files.createDirectories(out.resolve("report.html"));
    CliRun run = train(out);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("cannot write " + out.resolve("report.html"));
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void whileARunGoesOnItsPageIsReadAgainAndSaysHowFarItIs() throws IOException {
    Path out = Files.createDirectories(directory.resolve("m"));
    train(out);
    RunReportPage page = RunReportPage.of(out, text, 24);
    String html = page.running(90);
    WellFormed.check(html);
    assertThat(html)
        .contains(
            "<meta http-equiv=\"refresh\"", "running, step 12 of 24 (50 %), about 90.0 s left")
        .contains("width:50.0%");
  }
}
