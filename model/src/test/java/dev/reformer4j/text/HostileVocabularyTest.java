package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class HostileVocabularyTest {
  @TempDir Path directory;

  @Test
  void damageThatWouldEndTheProcessIsRefused() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    Fork.Ended ended =
        Fork.run(
            FuzzVocabularies.class,
            directory.resolve("output"),
            List.of(),
            Map.of(),
            List.of("-Xmx1g"),
            work.toString(),
            "400");
    String said = ended.said();
    assertThat(ended.status()).as(said.substring(Math.max(0, said.length() - 4000))).isZero();
    // Some can be read, so the damage reaches the native libraries.
    assertThat(said).containsPattern("read [1-9]\\d+, refused [1-9]\\d+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not JSON",
        "[]",
        "{}",
        "{\"model\":{}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":4294967296},\"merges\":[]}}",
        "{\"model\":{\"type\":\"Other\",\"vocab\":{\"a\":0}}}",
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\"]]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\\ud800\":0},\"merges\":[]}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]},\"added_tokens\":[1]}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]},"
            + "\"normalizer\":{\"type\":\"Precompiled\"}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]},"
            + "\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"////\"}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}} and more"
      })
  void aTokenizerThatIsNoneIsNamed(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json);
    refused("tokenizer.json");
  }

  @Test
  void deepNestingIsNamed() throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), "{\"a\":" + "[".repeat(100_000));
    refused("nests deeper");
  }

  @Test
  void aModelThatIsNoneIsNamed() throws IOException {
    byte[] good = Files.readAllBytes(Golden.named("plain-bpe").path().resolve("spiece.model"));
    for (int length = 0; length < good.length; length += 97) {
      Files.write(directory.resolve("spiece.model"), Arrays.copyOf(good, length));
      refused("is no SentencePiece model");
    }
    Files.write(directory.resolve("spiece.model"), "{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
    refused("is no SentencePiece model");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7FFFFFFF, 0xFFFFFCFF, 0x7FFFFE00})
  void rulesThatPointOutsideThemselvesAreNotFollowed(int root) throws IOException {
    Path original = Golden.named("reformer-spiece").path().resolve("spiece.model");
    byte[] model = Files.readAllBytes(original);
    littleEndian(model).putInt(beginOfTrie(model), root);
    Files.write(directory.resolve("spiece.model"), model);
    refused("normalisation rules point outside");
  }

  /// The rules begin with the size of their trie, a multiple of 1024 that is most of the file.
  private static int beginOfTrie(byte[] model) {
    for (int i = 0; i < model.length - 4; i++) {
      int size = littleEndian(model).getInt(i);
      if (size > 100_000 && size < model.length && size % 1024 == 0) {
        return i + 4;
      }
    }
    throw new AssertionError("no rules");
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void whereThereIsNothingItIsSaidWhatWasLookedFor() {
    assertThatThrownBy(() -> Vocabulary.load(directory, 320))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContainingAll("tokenizer.json", "spiece.model", "258", "320");
    assertThatThrownBy(() -> Vocabulary.load(directory.resolve("none"), 258))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("it is no directory");
  }

  @Test
  void aSettingsFileThatIsNoneIsNamed() throws IOException {
    Files.copy(
        Golden.named("llama").path().resolve("tokenizer.json"),
        directory.resolve("tokenizer.json"));
    Files.writeString(directory.resolve("tokenizer_config.json"), "{");
    refused("tokenizer_config.json is not valid JSON");
  }

  private void refused(String part) {
    assertThatThrownBy(() -> Vocabulary.load(directory, 320).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining(part)
        .message()
        .matches("[^\\p{Cntrl}]{20,600}");
  }
}
