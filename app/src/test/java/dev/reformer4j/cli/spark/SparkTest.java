package dev.reformer4j.cli.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The line that is printed is what a shell runs.
class SparkTest {
  @TempDir private Path directory;
  private Path jar;

  @BeforeEach
  void makeJar() throws IOException {
    jar = Files.createFile(directory.resolve("it's a jar.jar"));
  }

  @Test
  void theLineHasTheOptionsOfSparkBeforeTheJarAndThoseOfTheJobBehindIt() {
    CliRun run =
        CliRun.of(
            "spark",
            "--master",
            "spark://host:7077",
            "--executor-memory",
            "4g",
            "--driver-memory",
            "2g",
            "--conf",
            "spark.x=a b",
            "--conf",
            "spark.y=1",
            "--jar",
            jar,
            "--",
            "read",
            "--model",
            "m",
            "--task",
            "embed",
            "--in",
            "a$b");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().strip())
        .isEqualTo(
            "spark-submit --master spark://host:7077 --driver-memory 2g --executor-memory 4g"
                + " --conf 'spark.x=a b' --conf spark.y=1 --class"
                + " dev.reformer4j.spark.submit.Main '"
                + jar.toString().replace("'", "'\\''")
                + "' read --model m --task embed --in 'a$b'");
  }

  @Test
  void aShellReadsItBack() throws Exception {
    String odd = "it's \"odd\" $HOME `x` \\ *";
    CliRun run = CliRun.of("spark", "--jar", jar, "--", "attend", odd);
    String line = run.out().strip().replaceFirst("spark-submit", "printf '%s\\\\n'");
    Process shell = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    List<String> words =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(words)
        .containsExactly(
            "--master",
            "local[*]",
            "--class",
            "dev.reformer4j.spark.submit.Main",
            jar.toString(),
            "attend",
            odd);
  }

  @Test
  void whatDoesNotMakeALineIsToldInOneSentence() {
    refused("no job was given; give attend, read, train and its options behind --", "spark");
    refused(
        "'fly' is no job; give attend, read, train and its options behind --",
        "spark",
        "--",
        "fly");
    refused(
        "--conf 'x' is not of the form KEY=VALUE; write it so",
        "spark",
        "--conf",
        "x",
        "--",
        "train");
    Path none = directory.resolve("none.jar");
    refused(none + " is not there; name the assembly", "spark", "--jar", none, "--", "train");
  }

  private static void refused(String sentence, Object... args) {
    CliRun run = CliRun.of(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().strip()).isEqualTo("reformer4j: " + sentence);
  }
}
