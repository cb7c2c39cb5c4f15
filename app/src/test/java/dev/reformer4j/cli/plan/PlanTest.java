package dev.reformer4j.cli.plan;

import static dev.reformer4j.cli.Inputs.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.CliRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `plan` as it is typed.
class PlanTest {
  @TempDir private Path directory;

  @Test
  void theRecommendedCommandRuns() throws IOException {
    CliRun run =
        plan("--tokens", "4K", "--heads", 2, "--width", 16, "--threads", 1, "--memory", "1g");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith(
            "4,096 tokens x 2 heads, dQk 16, dV 16, bidirectional, 1 thread, memory up to 1.0 GiB")
        .contains("\n* ", "Recommended: ");
    String command = run.out().lines().reduce((_, last) -> last).orElseThrow().strip();
    assertThat(command).startsWith("reformer4j attend --in X.safetensors --out Y.safetensors ");
    Path in = save(2, 300, 16);
    List<Object> args = new ArrayList<>();
    for (String word : command.split(" ", -1)) {
      args.add(
          word.equals("X.safetensors")
              ? in
              : word.equals("Y.safetensors") ? directory.resolve("y") : word);
    }
    CliRun attend = CliRun.of(args.subList(1, args.size()).toArray());
    assertThat(attend.code()).as(attend.err()).isZero();
  }

  @Test
  void jsonIsAllThereIsOnStandardOutput() throws IOException {
    CliRun run = plan("--tokens", "1K", "--in", save(2, 300, 16), "--causal", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.out())
        .startsWith("{\"tokens\":1024,\"heads\":2,\"dQk\":16,\"dV\":16,\"causal\":true,")
        .contains("\"fits\":true", "\"recommended\":{\"kind\":", "\"considered\":[{")
        .containsPattern(
            "\"kind\":\"lsh\",\"rounds\":8,\"chunk\":128,\"buckets\":\"[0-9x]+\",\"capturedMass\":[01]\\.\\d+,\"ms\":[0-9.]+,\"bytes\":\\d+");
  }

  @Test
  void aSampleOfAnotherLengthIsPointedOut() throws IOException {
    CliRun run = plan("--tokens", "1K", "--in", save(1, 200, 16), "--target-mass", "0.5");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("captured mass: mean over 200 queries of the sample")
        .contains("it has 200 tokens, and a length of 1,024 captures another share");
  }

  @Test
  void whatDoesNotFitIsNotRecommended() {
    CliRun run = plan("--tokens", "4K", "--heads", 2, "--width", 16, "--memory", "64k");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Does not fit: ", "not even one head fits the memory")
        .doesNotContain("reformer4j attend");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--memory 1g | missing required option: '--tokens=N'; see 'reformer4j plan --help'",
        "--tokens 0 | --tokens 0 is too small",
        "--tokens 64K --memory 4q | --memory '4q' is not an amount of memory",
        "--tokens 64K --memory -4g | --memory -4g is too small",
        "--tokens 64K --heads 0 | --heads 0 is too small",
        "--tokens 2047M | more numbers than the 2147483647 one array can hold",
        "--tokens 64K --target-mass 0.9 | --target-mass needs a sample to measure on",
        "--tokens 64K --target-mass 1 --in x | --target-mass 1 is not between 0 and 1",
        "--tokens 64K --in missing.safetensors | there is no such file; check the path",
        "--tokens 64K --in missing.npy | holds one array",
      })
  void badOptionsAreOneSentence(String args, String sentence) {
    CliRun run = plan((Object[]) args.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("reformer4j: ").contains(sentence);
  }

  private Path save(int heads, int n, int width) throws IOException {
    Path in = directory.resolve("in.safetensors");
    new SafetensorsWriter()
        .add("qk", random(1, heads, n, width))
        .add("v", random(2, heads, n, width))
        .write(in);
    return in;
  }

  private static CliRun plan(Object... args) {
    List<Object> all = new ArrayList<>(List.of("plan"));
    all.addAll(List.of(args));
    return CliRun.of(all.toArray());
  }
}
