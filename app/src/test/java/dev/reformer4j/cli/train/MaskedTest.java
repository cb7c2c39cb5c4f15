package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Masked language modelling from the command line.
class MaskedTest {
  @TempDir private Path directory;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("t.txt"), "aaaaaaaaab".repeat(200));
  }

  private CliRun train(Path out, Object... more) {
    Object[] args = {"train", "--task", "masked", "--data", text, "--out", out, "--length", 64};
    Object[] all = new Object[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CliRun.of(all);
  }

  @Test
  void whatIsHiddenIsLearntAndAskedTheSameWayEveryTime() throws IOException {
    Path out = directory.resolve("m");
    CliRun run = train(out, "--preset", "tiny", "--steps", 60);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("1,900 bytes to learn from, 100 bytes held out, hidden by the id 1")
        .contains("bits per masked token", "% right held out");
    Reformer model = Reformer.load(out);
    assertThat(model.headKind()).isEqualTo(HeadKind.MASKED_LANGUAGE_MODEL);
    assertThat(model.config().causal()).isFalse();
    Object[] eval = {"eval", "--model", out, "--data", text, "--window", 64, "--json"};
    CliRun first = CliRun.of(eval);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("\"bits_per_masked_token\":", "\"bytes\":2000")
        .doesNotContain("bits_per_byte");
    double accuracy =
        Double.parseDouble(first.out().replaceFirst("(?s).*\"accuracy\":([0-9.E-]+),.*", "$1"));
    assertThat(accuracy).isBetween(0.85, 0.95);
    String same = first.out().replaceFirst(",\"seconds.*", "");
    assertThat(CliRun.of(eval).out()).startsWith(same.strip());
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("pipeline_tag: fill-mask", "masked language model", "ReformerForMaskedLM");
    assertThat(Files.readString(out.resolve("metrics.jsonl"))).doesNotContain("bits_per_byte");
  }

  @Test
  void modelsThatLookOneWayAreRefused() throws IOException {
    Path causal = TestModels.save(TestModels.sliding(), directory.resolve("causal"));
    CliRun init = train(directory.resolve("o"), "--init", causal, "--steps", 1);
    assertThat(init.code()).isEqualTo(2);
    assertThat(init.lastLine()).contains("train needs a ReformerForMaskedLM");
    Path config =
        Files.writeString(directory.resolve("c.json"), TestModels.sliding().build().toJson());
    CliRun of = train(directory.resolve("o"), "--config", config, "--steps", 1);
    assertThat(of.lastLine()).contains("is_decoder is true");
    CliRun eval = CliRun.of("eval", "--model", causal, "--data", text, "--task", "masked");
    assertThat(eval.lastLine()).contains("but eval needs a ReformerForMaskedLM");
    CliRun columns = train(directory.resolve("o"), "--text-column", "a", "--steps", 1);
    assertThat(columns.lastLine()).contains("--text-column is for --task classification");
    assertThat(List.of(directory.resolve("o"))).allMatch(path -> !Files.exists(path));
  }
}
