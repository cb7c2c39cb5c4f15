package dev.reformer4j.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Standard error, held back while the JVM starts and put in place again.
@DisabledOnOs(OS.WINDOWS)
class LaunchedTest {
  private static final String WARNING = "Using incubator modules";

  @Test
  void errorsArriveWithoutTheWarningOfTheJvm() throws Exception {
    Run run = start("3>&2 2>/dev/null", "--no-such-option");
    assertThat(run.err()).contains("--no-such-option").doesNotContain(WARNING);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void standardOutputIsLeftAlone() throws Exception {
    Run run = start("3>&2 2>/dev/null", "--version");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isNotEmpty();
    assertThat(run.code()).isZero();
  }

  /// If this fails, the JVM no longer warns, and [Launched] and its part of the script can go.
  @Test
  void theJvmStillWarnsWhenNothingIsHeldBack() throws Exception {
    Run run = start("3>&2", "--version");
    assertThat(run.err()).contains(WARNING);
  }

  private static Run start(String redirection, String argument) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Run.of(
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            "exec \"$@\" " + redirection,
            "sh",
            java,
            "--add-opens=java.base/java.io=dev.reformer4j.app",
            "-p",
            System.getProperty("jdk.module.path"),
            "-m",
            "dev.reformer4j.app/dev.reformer4j.launch.Launched",
            argument));
  }
}
