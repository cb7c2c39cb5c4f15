package dev.reformer4j.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// docs/lsh-attention.md quotes what `explain` prints; it must still print that.
class LessonTest {
  private static final Path DOCS = docs();

  @TempDir Path directory;

  private static Path docs() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("docs/lsh-attention.md"))) {
      here = here.getParent();
    }
    return Objects.requireNonNull(here, "run this test inside the project").resolve("docs");
  }

  @Test
  void whatItQuotesIsWhatIsPrinted() throws IOException {
    Path text = DOCS.resolve("figures/opening.txt");
    CliRun run = CliRun.of("explain", "--words", "--file", text, "--token", 38);
    List<String> quoted =
        Pattern.compile("(?ms)^```\n(.*?)^```$")
            .matcher(Files.readString(DOCS.resolve("lsh-attention.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(quoted).hasSize(4);
    assertThat(quoted.get(0)).startsWith("./reformer4j explain --words --file docs/figures/");
    for (int block = 1; block <= 2; block++) {
      assertThat(quoted.get(block).lines().filter(line -> !line.equals("…")))
          .as("make the page again from the command at its top")
          .isSubsetOf(run.out().lines().toList());
    }
  }

  @Test
  void itsPicturesAreThoseThatAreDrawn() throws IOException {
    Path text = DOCS.resolve("figures/opening.txt");
    CliRun run =
        CliRun.of("explain", "--words", "--file", text, "--token", 38, "--figures", directory);
    assertThat(run.code()).isZero();
    try (Stream<Path> drawn = Files.list(directory)) {
      assertThat(drawn.toList())
          .hasSizeGreaterThan(5)
          .allSatisfy(picture ->
              assertThat(DOCS.resolve("figures").resolve(picture.getFileName()))
                  .as("draw the figures again with the command at the top of the page")
                  .hasSameTextualContentAs(picture));
    }
  }

  /// The demo's table is of 65,536 words and too long a run for here; `reformer4j demo` prints it.
  @Test
  void moreRoundsCaptureWhatItSays() {
    Path text = DOCS.resolve("figures/opening.txt");
    CliRun run = CliRun.of("explain", "--words", "--file", text, "--token", 38, "--rounds", 8);
    assertThat(run.out()).contains("hold 99.8% of it");
    assertThat(run.out().lines().map(String::strip))
        .anyMatch(line -> line.matches("39  entering +5 7 .*"));
  }

  @Test
  void everyPictureItShowsIsThere() throws IOException {
    List<String> pictures =
        Pattern.compile("\\]\\((figures/[^)]*)\\)")
            .matcher(Files.readString(DOCS.resolve("lsh-attention.md")))
            .results()
            .map(link -> link.group(1))
            .toList();
    assertThat(pictures).hasSizeGreaterThan(5);
    assertThat(pictures).allMatch(picture -> Files.isRegularFile(DOCS.resolve(picture)));
  }
}
