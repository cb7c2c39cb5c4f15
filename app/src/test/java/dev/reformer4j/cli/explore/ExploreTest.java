package dev.reformer4j.cli.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliProcess;
import dev.reformer4j.cli.CliRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ExploreTest {
  private static final Pattern READY = Pattern.compile("ready at (http://127\\.0\\.0\\.1:\\d+/)  ");

  @Test
  void itServesUntilCtrlCAndThenEndsCleanly() throws Exception {
    Process process = CliProcess.of(List.of("-Xmx512m"), "explore").start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher ready = READY.matcher(out.readLine());
      assertThat(ready.find()).isTrue();
      URI page = URI.create(ready.group(1));
      HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
      assertThat(connection.getResponseCode()).isEqualTo(200);
      try (InputStream body = connection.getInputStream()) {
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("<h1>");
      }
      try (InputStream status = page.resolve("/api/v1/status").toURL().openStream()) {
        assertThat(new String(status.readAllBytes(), StandardCharsets.UTF_8))
            .as("the model that comes along is explored, and it can go on with a text")
            .contains("\"source\":\"austen\"", "\"generates\":true");
      }
      interrupt(process);
      assertThat(CliProcess.end(process)).as("128 + SIGINT").isEqualTo(130);
      String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(CliProcess.said(said)).isEqualTo("reformer4j: explorer closed\n");
      try (ServerSocket again =
          new ServerSocket(page.getPort(), 1, InetAddress.getLoopbackAddress())) {
        assertThat(again.isBound()).as("the port is free again").isTrue();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void wordsHaveVectorsOfTheirOwn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.html");
    CliRun run = CliRun.of("explore", "--words", "--export", file);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readString(file)).contains("word vectors", "\"acknowledged\"");
  }

  @Test
  void exportWritesOneWholePage(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.html");
    String text = "to be or not to be that is the question <script>";
    CliRun run = CliRun.of("explore", "--text", text, "--export", file);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    String page = Files.readString(file);
    assertThat(page)
        .contains("importmap", "\"embedded\"", "question", "austen")
        .doesNotContain("src=\"main.js\"", "href=\"style.css\"", "question <script>");
  }

  @Test
  void badInputIsOneSentence(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.html");
    assertBad("too small", "explore", "--port", -1);
    assertBad("above 65535", "explore", "--port", 70000);
    assertBad("--text is for --export", "explore", "--text", "a");
    assertBad("no address of a machine", "explore", "--bind", "no.such.host.invalid");
    assertBad("there is no such file", "explore", "--model", folder.resolve("none"));
    assertBad("nothing to attend over", "explore", "--export", file, "--text", "");
    assertBad("nothing to attend over", "explore", "--words", "--export", file, "--text", " ");
    assertBad("drop one or the other", "explore", "--words", "--model", folder);
    assertBad("256 at most", "explore", "--export", file, "--text", "word ".repeat(300));
    assertBad("does not exist", "explore", "--export", folder.resolve("no/out.html"));
    assertThat(file).doesNotExist();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertBad("cannot listen", "explore", "--port", taken.getLocalPort());
    }
  }

  private static void assertBad(String part, Object... args) {
    CliRun run = CliRun.of(args);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.lastLine()).startsWith("reformer4j: ").contains(part);
    assertThat(run.out()).isEmpty();
  }
}
