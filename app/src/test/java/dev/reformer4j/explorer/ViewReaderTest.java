package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.LshConfig;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewReaderTest {
  private static View read(String json) {
    return ViewReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsNotGivenIsAsUsual() {
    LshConfig usual = LshConfig.defaults().withChunk(8).withCausal(true);
    assertThat(read("{\"text\":\"a\"}").config(usual)).isEqualTo(usual);
    assertThat(read("{\"text\":\"a\",\"rounds\":2,\"causal\":false}").config(usual))
        .isEqualTo(usual.withRounds(2).withCausal(false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{\"text\":\"a\"} x",
        "{\"text\":\"a\"}{}",
        "{\"text\":\"a\",\"text\":\"b\"}",
        "{\"txet\":\"a\"}",
        "{\"text\":5}",
        "{\"text\":null}",
        "{\"text\":\"\\ud800\"}",
        "{\"text\":\"a\",\"rounds\":0}",
        "{\"text\":\"a\",\"rounds\":17}",
        "{\"text\":\"a\",\"rounds\":1.5}",
        "{\"text\":\"a\",\"rounds\":\"4\"}",
        "{\"text\":\"a\",\"rounds\":99999999999}",
        "{\"text\":\"a\",\"seed\":99999999999999999999}",
        "{\"text\":\"a\",\"on\":[\"x\"]}",
        "{\"text\":\"a\",\"on\":[99999999999]}",
        "{\"text\":\"a\",\"on\":{\"a\":1}}",
        "{\"text\":\"a\",\"before\":-1}",
        "{\"text\":\"a\",\"buckets\":\"258\"}",
        "{\"text\":\"a\",\"buckets\":\"256x256x256\"}",
        "{\"text\":\"a\",\"unit\":\"pages\"}",
        "{\"text\":\"a\",\"chunking\":\"round\"}",
        "{\"text\":\"a\",\"causal\":1}",
        "{\"text\":\"a\",\"temperature\":1e99}",
        "{\"text\":\"a\",\"temperature\":NaN}",
        "{\"text\":{\"text\":{\"text\":{\"text\":{\"text\":1}}}}}"
      })
  void whatIsNoViewIsRefusedInASentence(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.getMessage()).doesNotContain("\n").hasSizeGreaterThan(15);
            });
  }

  @Test
  void oddBucketsAreRefusedByTheLibrarysOwnSentence() {
    assertThatThrownBy(() -> read("{\"text\":\"a\",\"buckets\":\"7\"}"))
        .hasMessageContaining("not an even number");
  }

  @Test
  void noBytesBreakIt() {
    byte[] good =
        "{\"text\":\"a b\",\"on\":[0,1],\"rounds\":4,\"seed\":-3,\"causal\":true,\"temperature\":0.5}"
            .getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ViewReader.read(bytes);
      } catch (Problem | IllegalArgumentException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
