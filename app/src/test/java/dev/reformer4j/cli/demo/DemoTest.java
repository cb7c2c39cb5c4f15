package dev.reformer4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.picture.WellFormed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @TempDir private Path folder;

  @Test
  void aSmallDemoTellsWhatTheLargeOneDoes() throws IOException {
    Path html = folder.resolve("demo.html");
    CliRun run = CliRun.of("demo", "--tokens", "8K", "--html", html);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("8,192 words of “Pride and Prejudice”")
        .contains("words that live there")
        .contains("LSH attention")
        .contains("exact attention")
        .contains("measured on one head")
        .contains("A Reformer that goes on writing")
        .contains(html.toUri().toString())
        .doesNotContain("\u001b");
    assertThat(run.out().lines().map(String::strip))
        .anyMatch(line -> line.startsWith("8 ") && line.contains("%"));
    assertThat(run.err().lines())
        .allMatch(line -> line.startsWith("reformer4j: "))
        .anyMatch(line -> line.contains("8/8"));
    String page = Files.readString(html);
    WellFormed.check(page.replaceAll("(?s)<style>.*?</style>", ""));
    assertThat(page).contains("Words that landed in one bucket").doesNotContain("<script");
  }

  /// Not after a minute of work.
  @Test
  void aReportThatCannotBeWrittenIsSaidBeforeAnyWork() {
    CliRun run = CliRun.of("demo", "--html", folder.resolve("missing/x.html"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("create it, or choose another");
  }

  @Test
  void thereAreOnlySoManyWords() {
    CliRun run = CliRun.of("demo", "--tokens", "800K", "--html", folder.resolve("x.html"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).startsWith("reformer4j: ").contains("819200");
    assertThat(folder.resolve("x.html")).doesNotExist();
  }
}
