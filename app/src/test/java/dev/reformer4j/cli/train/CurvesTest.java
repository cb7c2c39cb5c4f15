package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.picture.WellFormed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
  @TempDir private Path directory;

  /// Two steps of 100 tokens and 2 seconds before every evaluation.
  private static String metrics(double... bits) {
    StringBuilder lines = new StringBuilder();
    int step = 0;
    for (double value : bits) {
      for (int i = 0; i < 2; i++) {
        lines.append("{\"step\":%d,\"loss\":1.5,\"tokens\":100,\"seconds\":2}\n".formatted(++step));
      }
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"held_out_loss\":%f,\"held_out_bits_per_byte\":%f,"
                  + "\"held_out_accuracy\":0.5,\"held_out_tokens\":10,\"best\":%b}%n",
              step,
              value * Math.log(2),
              value,
              value < 3));
    }
    return lines.toString();
  }

  private Path run(String name, String metrics) throws IOException {
    Path run = Files.createDirectories(directory.resolve(name));
    Files.writeString(run.resolve("metrics.jsonl"), metrics);
    return run;
  }

  @Test
  void aRowForEachRunSaysWhatItReachedAndWhatThatCost() throws IOException {
    Path one = run("one", metrics(3, 2.5));
    Path other = run("other", metrics(3, 2.25, 2));
    CliRun run = CliRun.of("curves", one, other);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList())
        .anyMatch(line -> line.matches("one +4 +400 +8.00 s +2.5000 +2.5000"))
        .anyMatch(line -> line.matches("other +6 +600 +12.0 s +2.0000 +2.0000"))
        .contains("Held out in bits per byte.");
  }

  @Test
  void theyAreDrawnOverOneAxisInColoursOfTheirOwn() throws IOException {
    Path one = run("one", metrics(3, 2.5));
    Path packed = directory.resolve("a<b.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(metrics(3, 2.25, 2).getBytes(StandardCharsets.UTF_8));
    }
    Path picture = directory.resolve("c.svg");
    for (String over : new String[] {"tokens", "seconds", "steps"}) {
      CliRun run = CliRun.of("curves", one, packed, "--over", over, "--out", picture);
      assertThat(run.code()).as(run.err()).isZero();
      String svg = Files.readString(picture);
      WellFormed.check(svg);
      assertThat(svg).contains(">one</text>", ">a&lt;b</text>", ">" + over + "</text>");
      // A curve and its place in the key.
      assertThat(svg.split("class='line s0'", -1)).hasSize(3);
      assertThat(svg.split("class='line s1'", -1)).hasSize(3);
    }
  }

  @Test
  void tokensOfOtherTasksAreNotCalledBytes() throws IOException {
    Path run = run("one", metrics(2).replaceAll("\"held_out_bits_per_byte\":[0-9.]+,", ""));
    assertThat(CliRun.of("curves", run).out()).contains(" 2.0000 ", "Held out in bits per token.");
  }

  @Test
  void whatIsNoRunIsSaid() throws IOException {
    refused("is not there; name directories of trainings", directory.resolve("none"));
    refused("is not there; name directories of trainings", directory);
    refused("has no evaluation yet", run("young", "{\"step\":1,\"loss\":3}\n"));
    refused("has no evaluation yet", run("broken", "\0\1\2no json"));
    Path gz = Files.writeString(directory.resolve("no.jsonl.gz"), "not packed");
    refused("cannot read", gz);
    Path good = run("good", metrics(2));
    Object[] nine = {"curves", good, good, good, good, good, good, good, good, good};
    assertThat(CliRun.of(nine).err()).contains("more than there are colours; give at most 8");
    refused("its directory does not exist", good, "--out", directory.resolve("no/c.svg"));
  }

  private static void refused(String sentence, Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "curves";
    System.arraycopy(args, 0, all, 1, args.length);
    CliRun run = CliRun.of(all);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines().toList()).hasSize(1);
    assertThat(run.err()).contains(sentence);
  }
}
