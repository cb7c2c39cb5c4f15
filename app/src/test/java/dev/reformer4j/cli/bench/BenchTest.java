package dev.reformer4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `bench` as it is typed; what it measures is small here.
class BenchTest {
  private static final List<Object> SMALL =
      List.of("bench", "--heads", 2, "--width", 16, "--warm-up", 0, "--threads", 2);

  @Test
  void jsonIsAllThereIsOnStandardOutput() {
    CliRun run = bench("--tokens", "300", "--kinds", "lsh", "--rounds", 3, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .matches(
            "\\[\\{\"kind\":\"lsh\",\"tokens\":300,\"rounds\":3,\"heads\":2,\"width\":16,\"threads\":2,"
                + "\"pass\":\"forward\",\"ms\":[0-9]+(\\.[0-9]+)?\\}\\]\\R");
    assertThat(run.err()).contains("warming up", "300 tokens");
  }

  @Test
  void everyKindAndPassHasAnObjectForEveryLength() {
    CliRun run = bench("--tokens", "2K,100,100", "--backward", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    List<String> objects = List.of(run.out().strip().split("(?<=\\}),"));
    assertThat(objects).hasSize(2 * 3 * 2);
    for (String kind : List.of("lsh", "local", "exact")) {
      for (int tokens : List.of(100, 2048)) {
        for (String pass : List.of("forward", "forward+backward")) {
          assertThat(objects)
              .filteredOn(o -> o.contains("\"kind\":\"" + kind + "\",\"tokens\":" + tokens + ","))
              .filteredOn(o -> o.contains("\"pass\":\"" + pass + "\""))
              .hasSize(1);
        }
      }
    }
  }

  @Test
  void theTableHasARowForEveryLengthAndNamesTheCrossover() {
    CliRun run = bench("--tokens", "128,1K");
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo("2 heads x 16, causal, LSH with rounds 4, chunk 64; threads 2; medians");
    assertThat(lines.get(1).strip().split(" +"))
        .containsExactly("tokens", "lsh", "local", "exact", "exact/lsh");
    assertThat(lines.get(2)).startsWith("        128 ").endsWith("x");
    assertThat(lines.get(3)).startsWith("      1,024 ").endsWith("x");
    assertThat(lines.get(4)).startsWith("Crossover: ");
    assertThat(lines).hasSize(5);
  }

  @Test
  void oneKindAloneHasNoCrossover() {
    CliRun run = bench("--tokens", "100", "--kinds", "LOCAL", "--no-causal");
    assertThat(run.out()).contains("bidirectional").doesNotContain("Crossover", "/lsh");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--tokens 0 | --tokens 0 is too small",
        "--tokens -1K | --tokens -1K is too small",
        "--tokens 1K,x | --tokens 'x' is not a number of tokens",
        "--tokens 4096M | --tokens 4096M is too large",
        "--tokens 2047M | more numbers than the 2147483647 one array can hold; use fewer heads",
        "--kinds lsh,fast | --kinds 'fast' is not one of lsh, local, exact",
        "--rounds 128 | --rounds 128 is too large; give one from 1 to 127",
        "--heads -8 | --heads -8 is too small",
        "--width 0 | --width 0 is too small",
        "--chunk 0 | --chunk 0 is too small",
        "--limit 0 | --limit 0 is too small",
        "--warm-up -1 | --warm-up -1 is too small",
        "--threads two | --threads 'two' is not a whole number",
      })
  void badOptionsAreOneSentence(String args, String sentence) {
    Object[] words = ("bench " + args).split(" ");
    CliRun run = CliRun.of(words);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("reformer4j: ").contains(sentence);
  }

  private static CliRun bench(Object... args) {
    List<Object> all = new ArrayList<>(SMALL);
    all.addAll(List.of(args));
    return CliRun.of(all.toArray());
  }
}
