package dev.reformer4j.model;

import static dev.reformer4j.model.LayerKind.LOCAL;
import static dev.reformer4j.model.LayerKind.LSH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReformerConfigTest {
  /// What `ReformerConfig().save_pretrained` of transformers 5.18 writes, and the two keys that
  /// others of its files have.
  private static final String HUGGING_FACE_DEFAULTS =
      """
      {
        "architectures": null,
        "attention_head_size": 64,
        "attn_layers": [
          "local",
          "lsh",
          "local",
          "lsh",
          "local",
          "lsh"
        ],
        "axial_norm_std": 1.0,
        "axial_pos_embds": true,
        "axial_pos_embds_dim": [
          64,
          192
        ],
        "axial_pos_shape": [
          64,
          64
        ],
        "bos_token_id": null,
        "chunk_size_feed_forward": 0,
        "chunk_size_lm_head": 0,
        "classifier_dropout": null,
        "dtype": "float32",
        "eos_token_id": 2,
        "feed_forward_size": 512,
        "hash_seed": null,
        "hidden_act": "relu",
        "hidden_dropout_prob": 0.05,
        "hidden_size": 256,
        "initializer_range": 0.02,
        "is_decoder": false,
        "layer_norm_eps": 1e-12,
        "local_attention_probs_dropout_prob": 0.05,
        "local_attn_chunk_length": 64,
        "local_num_chunks_after": 0,
        "local_num_chunks_before": 1,
        "lsh_attention_probs_dropout_prob": 0.0,
        "lsh_attn_chunk_length": 64,
        "lsh_num_chunks_after": 0,
        "lsh_num_chunks_before": 1,
        "max_position_embeddings": 4096,
        "model_type": "reformer",
        "num_attention_heads": 12,
        "num_buckets": null,
        "num_hashes": 1,
        "num_hidden_layers": 6,
        "pad_token_id": 0,
        "tie_word_embeddings": false,
        "transformers_version": "5.18.0",
        "use_cache": true,
        "vocab_size": 320
      }
      """;

  /// The keys of google/reformer-enwik8, written by transformers 2.9, with `num_labels` added.
  private static final String ENWIK8 =
      """
      {"architectures": ["ReformerModelWithLMHead"], "attention_head_size": 128,
       "attention_probs_dropout_prob": 0.2, "attn_layers": ["local", "local", "lsh", "local"],
       "axial_norm_std": 1.0, "axial_pos_embds": true, "axial_pos_embds_dim": [256, 768],
       "axial_pos_shape": [128, 512], "chunk_size_lm_head": 0, "eos_token_id": 2,
       "feed_forward_size": 4096, "hash_seed": null, "hidden_act": "relu",
       "hidden_dropout_prob": 0.2, "hidden_size": 1024, "initializer_range": 0.02,
       "intermediate_size": 3072, "is_decoder": true, "layer_norm_eps": 1e-12,
       "local_attention_probs_dropout_prob": 0.2, "local_attn_chunk_length": 128,
       "local_num_chunks_after": 0, "local_num_chunks_before": 1,
       "lsh_attention_probs_dropout_prob": 0.1, "lsh_attn_chunk_length": 256,
       "lsh_num_chunks_after": 0, "lsh_num_chunks_before": 1, "max_position_embeddings": 65536,
       "model_type": "reformer", "num_attention_heads": 8, "num_buckets": 512, "num_hashes": 4,
       "num_hidden_layers": 4, "num_labels": 3, "output_past": true, "pad_token_id": 0,
       "sinusoidal_pos_embds": false, "task_specific_params": {"text-generation":
       {"do_sample": true, "max_length": 100, "odd": [1.50, NaN, -Infinity, "µ", {}, []]}},
       "torch_dtype": "float32", "vocab_size": 258}
      """;

  @Test
  void whatIsNotSaidIsAsInHuggingFace() {
    assertThat(ReformerConfig.builder().build()).isEqualTo(ReformerConfig.parse("{}"));
    ReformerConfig said = ReformerConfig.parse(HUGGING_FACE_DEFAULTS);
    ReformerConfig implied = ReformerConfig.parse("{}");
    for (Setting<?> setting : Settings.ALL) {
      assertThat(said.value(setting)).as(setting.key()).isEqualTo(implied.value(setting));
    }
  }

  @Test
  void aCompleteFileIsWrittenBackToTheByte() {
    assertThat(ReformerConfig.parse(HUGGING_FACE_DEFAULTS).toJson())
        .isEqualTo(HUGGING_FACE_DEFAULTS);
  }

  @Test
  void anOldFileIsReadAndItsKeysAreKeptInOrder() {
    ReformerConfig config = ReformerConfig.parse(ENWIK8);
    assertThat(config.layers()).containsExactly(LOCAL, LOCAL, LSH, LOCAL);
    assertThat(config.dModel()).isEqualTo(1024);
    assertThat(config.headSize()).isEqualTo(128);
    assertThat(config.bucketFactors()).containsExactly(512);
    assertThat(config.causal()).isTrue();
    assertThat(config.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThat(config.hashSeed()).isEmpty();
    assertThat(config.hiddenDropout()).isEqualTo(0.2);
    assertThat(config.classifierDropout()).isEqualTo(0.2);
    assertThat(config.maxLength()).isEqualTo(65536);

    String written = config.toJson();
    assertThat(ReformerConfig.parse(written)).isEqualTo(config);
    assertThat(written.replaceAll("\\s+", ""))
        .startsWith(
            ENWIK8.strip().replaceAll("\\s+", "").replace("µ", "\\u00B5").replaceAll("}$", ""))
        .endsWith(",\"chunk_size_feed_forward\":0,\"classifier_dropout\":null}");
  }

  @Test
  void aChangeTouchesNothingElse() {
    ReformerConfig changed =
        ReformerConfig.parse(ENWIK8).toBuilder().rounds(8).hashSeed(OptionalLong.of(-7)).build();
    assertThat(changed.toJson())
        .isEqualTo(
            ReformerConfig.parse(
                    ENWIK8
                        .replace("\"num_hashes\": 4", "\"num_hashes\": 8")
                        .replace("\"hash_seed\": null", "\"hash_seed\": -7"))
                .toJson());
  }

  @Test
  void ourSettingsAreAbsentUntilTheyDifferFromHuggingFace() {
    ReformerConfig plain = ReformerConfig.builder().build();
    assertThat(plain.toJson()).doesNotContain("reformer4j");
    assertThat(plain.chunking()).isEqualTo(Chunking.CHUNKED);
    ReformerConfig ours =
        plain.toBuilder()
            .chunking(Chunking.SLIDING)
            .buckets(4, 6)
            .rotationSeed(Long.MIN_VALUE)
            .countOnce(true)
            .build();
    assertThat(ours.toJson())
        .contains("\"reformer4j\": {")
        .contains("\"chunking\": \"sliding\"")
        .doesNotContain("mask_other_buckets");
    ReformerConfig read = ReformerConfig.parse(ours.toJson());
    assertThat(read).isEqualTo(ours);
    assertThat(read.rotationSeed()).isEqualTo(Long.MIN_VALUE);
    assertThat(read.lsh(1000).buckets()).isEqualTo(Buckets.of(4, 6));
    assertThat(read.lsh(1000).countOnce()).isTrue();
    assertThat(read.lsh(1000).chunking()).isEqualTo(Chunking.SLIDING);
    assertThat(ours.toBuilder().chunking(Chunking.CHUNKED).rotationSeed(0).countOnce(false).build())
        .isEqualTo(plain.toBuilder().buckets(4, 6).build());
  }

  @Test
  void everySettingOfTheBuilderIsReadBack() {
    ReformerConfig config =
        ReformerConfig.builder()
            .layers(LSH, LOCAL, LSH)
            .dModel(48)
            .heads(3)
            .headSize(20)
            .feedForwardSize(100)
            .vocabularySize(1000)
            .activation("gelu")
            .layerNormEpsilon(1e-6)
            .maxPositions(777)
            .axial(AxialShape.of(1000, 48, 3))
            .causal(true)
            .localChunk(5)
            .localNeighbours(2, 1)
            .lshChunk(7)
            .lshNeighbours(3, 4)
            .rounds(8)
            .buckets(2, 4, 6)
            .hashSeed(OptionalLong.of(11))
            .hiddenDropout(0.1)
            .localDropout(0.2)
            .lshDropout(0.3)
            .classifierDropout(0.4)
            .initializerRange(0.5)
            .axialNormStd(0.6)
            .chunkSizeFeedForward(3)
            .chunkSizeLmHead(4)
            .padId(OptionalInt.empty())
            .eosIds(List.of(4, 5))
            .labels(List.of("no", "yes", "\u0000\"\\ 𝒴"))
            .architectures(List.of("ReformerForSequenceClassification"))
            .chunking(Chunking.SLIDING)
            .positionInitial(PositionInitial.WAVES)
            .rotationSeed(12)
            .maskOtherBuckets(true)
            .countOnce(true)
            .build();
    ReformerConfig read = ReformerConfig.parse(config.toJson());
    assertThat(read).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(read.toJson()).isEqualTo(config.toJson());
    ReformerConfig defaults = ReformerConfig.parse("{}");
    for (Setting<?> setting : Settings.ALL) {
      assertThat(read.value(setting)).as(setting.key()).isEqualTo(config.value(setting));
      if (!setting.equals(Settings.AXIAL)) {
        assertThat(read.value(setting)).as(setting.key()).isNotEqualTo(defaults.value(setting));
      }
    }
    assertThat(read.labels()).isEqualTo(config.labels()).hasSize(3);
    assertThat(read.classifierDropout()).isEqualTo(0.4);
    assertThat(read.axialShape()).hasSize(3);
    assertThat(read.local().before()).isEqualTo(2);
    assertThat(read.local().wrap()).isFalse();
    assertThat(defaults.local().wrap()).isTrue();
    assertThat(read.lsh(0).after()).isEqualTo(4);
    assertThat(config.toBuilder().learnedPositions().dModel(49).build().maxLength()).isEqualTo(777);
  }

  @Test
  void labelsComeFromEitherKeyOfTheFile() {
    assertThat(ReformerConfig.parse("{\"id2label\": {\"1\": \"b\", \"0\": \"a\"}}").labels())
        .containsExactly("a", "b");
    assertThat(ReformerConfig.parse("{\"id2label\": null, \"num_labels\": 1}").labels())
        .containsExactly("LABEL_0");
    assertThat(ReformerConfig.parse("{\"num_labels\": null}").labels()).hasSize(2);
  }

  @Test
  void theTypeOfTheWeightsIsNotedUnderTheNameInUse() {
    assertThat(ReformerConfig.parse(ENWIK8).toBuilder().savedAs(DType.F16).build().toJson())
        .contains("\"torch_dtype\": \"float16\"")
        .doesNotContain("\"dtype\"");
    assertThat(ReformerConfig.builder().savedAs(DType.BF16).build().toJson())
        .contains("\"dtype\": \"bfloat16\"");
  }

  @Test
  void seedsOfSixtyFourBitsAreReadWithOrWithoutSign() {
    assertThat(ReformerConfig.parse("{\"hash_seed\": 18446744073709551615}").hashSeed())
        .hasValue(-1);
    assertThat(ReformerConfig.parse("{\"hash_seed\": -9223372036854775808}").hashSeed())
        .hasValue(Long.MIN_VALUE);
  }

  @Test
  void settingsOfLshMayBeNullWhereNoLayerUsesThem() {
    ReformerConfig config =
        ReformerConfig.parse(
            "{\"attn_layers\": [\"local\"], \"lsh_attn_chunk_length\": null, \"num_buckets\": 7}");
    assertThat(config.lshChunk()).isEqualTo(64);
    assertThat(config.toJson()).contains("\"lsh_attn_chunk_length\": null");
  }

  @Test
  void aDirectoryIsReadByItsConfigJson(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("config.json"), ENWIK8);
    assertThat(ReformerConfig.read(directory))
        .isEqualTo(ReformerConfig.read(directory.resolve("config.json")))
        .isEqualTo(ReformerConfig.parse(ENWIK8));
  }
}
