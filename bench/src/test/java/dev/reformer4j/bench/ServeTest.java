package dev.reformer4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServeTest {
  @Test
  void everyRequestIsAnsweredByOneLine() throws IOException {
    assertThat(
            answers(
                "{\"do\":\"prepare\",\"kind\":\"lsh\",\"n\":200,\"rounds\":2,\"seconds\":0}",
                "{\"do\":\"run\"}",
                "{\"do\":\"run\",\"pass\":\"both\"}",
                "{\"do\":\"prepare\",\"name\":\"e\",\"kind\":\"exact\",\"n\":70,\"seconds\":0}",
                "{\"do\":\"run\",\"name\":\"e\"}",
                "{\"do\":\"forget\"}",
                "{\"do\":\"run\"}"))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("{\"runs\":1}"),
            line -> assertThat(line).startsWith("{\"ms\":"),
            line -> assertThat(line).startsWith("{\"ms\":"),
            line -> assertThat(line).isEqualTo("{\"runs\":1}"),
            line -> assertThat(line).startsWith("{\"ms\":"),
            line -> assertThat(line).isEqualTo("{\"forgotten\":true}"),
            line -> assertThat(line).contains("nothing named '' was prepared"));
  }

  @Test
  void aWrongRequestDoesNotEndTheServer() throws IOException {
    assertThat(
            answers(
                "nonsense",
                "[]",
                "{\"do\":[1]}",
                "{\"do\":\"dance\"}",
                "{\"do\":\"prepare\",\"kind\":\"lsh\"}",
                "{\"do\":\"prepare\",\"kind\":\"odd\",\"n\":10}",
                "{\"do\":\"info\"}"))
        .hasSize(7)
        .satisfies(
            lines -> assertThat(lines.subList(0, 6)).allMatch(l -> l.startsWith("{\"error\":")))
        .last()
        .asString()
        .contains("\"kernels\":");
  }

  private static List<String> answers(String... requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Serve.run(
        new BufferedReader(new StringReader(String.join("\n", requests))),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        1);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
