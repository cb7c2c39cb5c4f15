package dev.reformer4j.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script that the launcher and CI ask for a JDK 25, among JDKs that are made up.
@DisabledOnOs(OS.WINDOWS)
class FindJdkTest {
  private static final Path SCRIPT = Path.of("..", ".mvn", "find-jdk").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @Test
  void javaHomeOfVersion25IsTaken() throws Exception {
    Path home = jdk("my jdk", "25.0.3");
    Run run = find(Map.of("JAVA_HOME", home.toString()));
    assertThat(run.out()).isEqualTo(home + "\n");
    assertThat(run.code()).isZero();
  }

  @Test
  void anotherJavaHomeIsPassedOverForTheJavaOnThePath() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path home = jdk("new", "25");
    Path link = folder.resolve("bin");
    Files.createDirectory(link);
    Files.createSymbolicLink(link.resolve("java"), home.resolve("bin/java"));
    String path = link + ":" + System.getenv("PATH");
    Run run = find(Map.of("JAVA_HOME", old.toString(), "PATH", path));
    assertThat(run.out()).isEqualTo(home.toRealPath() + "\n");
  }

  @Test
  void theExplicitVariableComesFirst() throws Exception {
    Path chosen = jdk("chosen", "25.0.1");
    Path other = jdk("other", "25.0.2");
    Run run = find(Map.of("JAVA25_HOME", chosen.toString(), "JAVA_HOME", other.toString()));
    assertThat(run.out()).isEqualTo(chosen + "\n");
  }

  @Test
  void aWrongExplicitVariableIsAnErrorAndNotPassedOver() throws Exception {
    Path old = jdk("old", "2.5.0");
    Path other = jdk("other", "25.0.2");
    Run run = find(Map.of("JAVA25_HOME", old.toString(), "JAVA_HOME", other.toString()));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "reformer4j: JAVA25_HOME is "
                + old
                + ", which is not a JDK 25; point it at one, or unset it\n");
  }

  @Test
  void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
    Path runtime = jdk("jre", "25.0.3");
    Files.delete(runtime.resolve("bin/javac"));
    Run run = find(Map.of("JAVA25_HOME", runtime.toString()));
    assertThat(run.code()).isEqualTo(2);
  }

  private Run find(Map<String, String> environment) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", SCRIPT.toString());
    builder.environment().remove("JAVA25_HOME");
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    return Run.of(builder);
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      Path file = Files.createFile(home.resolve("bin").resolve(tool));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
