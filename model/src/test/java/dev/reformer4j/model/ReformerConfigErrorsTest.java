package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every bad value is refused with one sentence that names it, the rule, and the way out.
class ReformerConfigErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "hidden_size": "256"           | hidden_size is "256", but must be a whole number from 1 to 2147483647
          "hidden_size": 256.0           | hidden_size is 256.0, but must be a whole number from 1
          "hidden_size": 0               | hidden_size is 0, but must be a whole number from 1
          "hidden_size": -1              | hidden_size is -1, but
          "hidden_size": null            | hidden_size is null, but
          "hidden_size": true            | hidden_size is true, but
          "hidden_size": [1]             | hidden_size is [1], but
          "hidden_size": {}              | hidden_size is an object, but
          "hidden_size": 4294967296      | hidden_size is 4294967296, but
          "num_hashes": 128              | num_hashes is 128, but must be a whole number from 1 to 127
          "vocab_size": NaN              | vocab_size is NaN, but
          "hidden_dropout_prob": NaN     | hidden_dropout_prob is NaN, but must be a number of at least 0 and below 1
          "hidden_dropout_prob": 1       | hidden_dropout_prob is 1, but must be a number of at least 0 and below 1
          "hidden_dropout_prob": -0.1    | hidden_dropout_prob is -0.1, but
          "hidden_dropout_prob": "0.1"   | hidden_dropout_prob is "0.1", but
          "classifier_dropout": 1.5      | classifier_dropout is 1.5, but must be a number of at least 0 and below 1, or null
          "layer_norm_eps": -1e-12       | layer_norm_eps is -1e-12, but must be a number of at least 0
          "layer_norm_eps": Infinity     | layer_norm_eps is Infinity, but
          "layer_norm_eps": 1e999        | layer_norm_eps is 1e999, but
          "axial_norm_std": null         | axial_norm_std is null, but
          "is_decoder": 1                | is_decoder is 1, but must be true or false
          "is_decoder": "true"           | is_decoder is "true", but must be true or false
          "hidden_act": "swiglu"         | hidden_act is "swiglu", but must be one of linear, relu, relu2
          "hidden_act": null             | hidden_act is null, but must be one of
          "attn_layers": []              | attn_layers is [], but must be a list of one or more of local, lsh
          "attn_layers": ["local", "x"]  | attn_layers is ["local", "x"], but must be a list of one or more of local, lsh
          "attn_layers": "lsh"           | attn_layers is "lsh", but
          "attn_layers": ["LSH"]         | attn_layers is ["LSH"], but
          "num_hidden_layers": 5         | num_hidden_layers is 5, but attn_layers lists 6; remove the one or correct the other
          "num_hidden_layers": "6"       | num_hidden_layers is "6", but
          "model_type": "bert"           | model_type is "bert", but only "reformer" can be run here
          "axial_pos_embds_dim": [64, 128]    | axial_pos_embds_dim [64, 128] sums to 192, but must sum to hidden_size 256, for example [64, 192]
          "axial_pos_embds_dim": [2147483647, 2147483647, 258], "axial_pos_shape": [1, 1, 1] | sums to 4294967552, but
          "axial_pos_embds_dim": [256]   | axial_pos_shape [64, 64] and axial_pos_embds_dim [256] must have as many entries as each other
          "axial_pos_shape": [1, 1, 1, 1, 1, 1, 1, 1, 1], "axial_pos_embds_dim": [1, 1, 1, 1, 1, 1, 1, 1, 248] | axial_pos_shape has 9 entries, but at most 8 make sense
          "axial_pos_shape": [64, 0]     | axial_pos_shape is [64, 0], but must be a list of whole numbers of at least 1
          "axial_pos_shape": 64          | axial_pos_shape is 64, but
          "axial_pos_shape": [64, 20000000], "axial_pos_embds_dim": [1, 255] | axial_pos_shape × axial_pos_embds_dim is 20000000 × 255, but one weight can hold at most 2147483647 numbers
          "num_buckets": 7               | num_buckets: bucket count 7 is not an even number of at least 2
          "num_buckets": 0               | num_buckets: bucket count 0 is not an even number
          "num_buckets": [4, 3]          | num_buckets: bucket count 3 is not an even number
          "num_buckets": []              | num_buckets is [], but must be a whole number, a list of whole numbers, or null
          "num_buckets": [4, null]       | num_buckets is [4, null], but
          "num_buckets": "64"            | num_buckets is "64", but
          "num_buckets": [4096, 8192]    | num_buckets: bucket factors [4096, 8192] multiply to more than 16777216 buckets
          "lsh_attn_chunk_length": 0     | lsh_attn_chunk_length is 0, but must be a whole number from 1
          "lsh_attn_chunk_length": null  | lsh_attn_chunk_length is null, but attn_layers has lsh layers; give a number, such as 64
          "lsh_num_chunks_before": -1    | lsh_num_chunks_before is -1, but must be a whole number from 0
          "lsh_num_chunks_before": 500000 | lsh layers: chunk 64 with 500000 before and 0 after lets a query see more than
          "local_attn_chunk_length": 16777217 | local layers: chunk 16777217 with 1 before
          "local_attn_chunk_length": null | local_attn_chunk_length is null, but
          "hash_seed": 1.5               | hash_seed is 1.5, but must be a whole number of 64 bits, or null
          "hash_seed": 18446744073709551616  | hash_seed is 18446744073709551616, but
          "hash_seed": -9223372036854775809  | hash_seed is -9223372036854775809, but
          "eos_token_id": ["2"]          | eos_token_id is ["2"], but must be a whole number, a list of whole numbers, or null
          "pad_token_id": "0"            | pad_token_id is "0", but must be a whole number, or null
          "architectures": "x"           | architectures is "x", but must be a list of texts, or null
          "architectures": ["ReformerModelWithLMHead"] | architectures names ReformerModelWithLMHead, for which is_decoder must be true
          "architectures": ["ReformerModelWithLMHead"], "is_decoder": true, "lsh_num_chunks_after": 1 | lsh_num_chunks_after must be 0
          "architectures": ["ReformerForMaskedLM"], "is_decoder": true | for which is_decoder must be false
          "architectures": ["ReformerForQuestionAnswering"], "num_labels": 3 | there must be 2 labels (start and end) and not 3
          "id2label": {"0": "a", "2": "b"} | id2label is an object without a text for "1", but must name the labels "0", "1" and so on without a gap
          "id2label": {"0": 1}           | id2label is an object, but must name the labels
          "id2label": {}                 | id2label is an object, but
          "id2label": ["a"]              | id2label is ["a"], but
          "num_labels": 2000000000       | num_labels is 2000000000, but must be a whole number from 1 to 1048576
          "reformer4j": 1                | reformer4j is 1, but must be an object of settings
          "reformer4j": {"chunkin": "sliding"} | reformer4j.chunkin is unknown; known are reformer4j.chunking, reformer4j.position_initial
          "reformer4j": {"chunking": "SLIDING"} | reformer4j.chunking is "SLIDING", but must be one of chunked, sliding
          "reformer4j": {"chunking": "sliding"} | num_buckets is null, but sliding chunking hashes every length alike; give an even number or a list of them
          "reformer4j": {"chunking": "sliding"}, "num_buckets": 8, "lsh_num_chunks_before": 0 | lsh layers: sliding chunking with 0 chunks before and 0 after
          "reformer4j": {"rotation_seed": null} | reformer4j.rotation_seed is null, but must be a whole number of 64 bits
          "vocab_size": 2147483647       | vocab_size × 2 × hidden_size is 2147483647 × 512, but one weight can hold at most 2147483647 numbers
          "feed_forward_size": 8388608   | feed_forward_size × hidden_size is 8388608 × 256, but
          "attention_head_size": 2147483647, "num_attention_heads": 2147483647 | num_attention_heads × attention_head_size × hidden_size is
          "axial_pos_embds": false, "max_position_embeddings": 2147483647 | max_position_embeddings × hidden_size is
          "a": 1, "\\u0061": 2           | the key "a" appears twice; remove one of the two
          "a": {"b": 1, "b": 1}          | the key "b" appears twice
          "a": "\\ud800"                 | holds half a surrogate pair; texts must be valid Unicode
          "a": 01                        | the text is not valid JSON at line 1, column
          "a": [1,]                      | the text is not valid JSON at line 1, column
          "a": 'b'                       | the text is not valid JSON at line 1, column
          "a"                            | the text is not valid JSON at line 1, column
          "hidden_size": 256} {          | the text goes on after its closing '}'
          """)
  void isRefused(String entries, String sentence) {
    assertThatThrownBy(() -> ReformerConfig.parse("{" + entries + "}"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence)
        .message()
        .doesNotContain("\n", "Exception");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``        | does not begin with '{'
          []        | does not begin with '{'
          null      | does not begin with '{'
          {         | not valid JSON
          {"a": 1   | not valid JSON
          """)
  void isNoObject(String text, String sentence) {
    assertThatThrownBy(() -> ReformerConfig.parse(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> ReformerConfig.parse("{\"a\": " + deep))
        .hasMessageContaining("nests deeper than 32 levels");
    String digits = "1".repeat(1000);
    assertThatThrownBy(() -> ReformerConfig.parse("{\"a\": " + digits + "}"))
        .hasMessageContaining("a number of over 100 digits");
  }

  @Test
  void whatTheBuilderIsGivenIsCheckedLikeAFile() {
    assertThatThrownBy(() -> ReformerConfig.builder().dModel(-1).build())
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("hidden_size is -1, but");
    assertThatThrownBy(() -> ReformerConfig.builder().hiddenDropout(Double.NaN).build())
        .hasMessageStartingWith("hidden_dropout_prob is NaN, but");
    assertThatThrownBy(() -> ReformerConfig.builder().layers().build())
        .hasMessageStartingWith("attn_layers is [], but");
    assertThatThrownBy(() -> ReformerConfig.builder().buckets(6, 5).build())
        .hasMessageContaining("bucket count 5");
    assertThatThrownBy(() -> ReformerConfig.builder().savedAs(DType.I8))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use F32, F16 or BF16");
  }

  @Test
  void aBadFileIsNamedInTheSentence(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("config.json");
    refused(directory, "there is no such file");
    Files.write(file, new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'});
    refused(directory, "is not valid UTF-8");
    Files.writeString(file, "{\"hidden_size\": 0}");
    refused(file, "hidden_size is 0, but must be");
    Files.writeString(file, " ".repeat(1_000_001));
    refused(file, "more than 1000000 bytes");
    Files.delete(file);
    Files.createDirectory(file);
    refused(directory, "");
  }

  private static void refused(Path path, String sentence) {
    assertThatThrownBy(() -> ReformerConfig.read(path))
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageContaining(sentence);
  }

  /// Bytes deleted, doubled, exchanged and changed at random: what comes out is a configuration
  /// that survives writing, or one sentence.
  @Test
  void damagedTextIsReadOrRefused() {
    byte[] whole = ReformerConfig.builder().build().toJson().getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      String text = new String(damaged(whole, new SplittableRandom(seed)), StandardCharsets.UTF_8);
      try {
        ReformerConfig config = ReformerConfig.parse(text);
        assertThat(ReformerConfig.parse(config.toJson())).as("seed %d", seed).isEqualTo(config);
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %d", seed).isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
      }
    }
    assertThat(read).isBetween(100, 19_000);
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        case 1 -> bytes[at] = (byte) "{}[],:\"0-.e".charAt(random.nextInt(11));
        default -> bytes[at] = (byte) random.nextInt(256);
      }
    }
    return bytes;
  }
}
