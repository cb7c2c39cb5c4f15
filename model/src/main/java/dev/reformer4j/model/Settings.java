package dev.reformer4j.model;

import static dev.reformer4j.model.LayerKind.LOCAL;
import static dev.reformer4j.model.LayerKind.LSH;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.kernel.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Every setting of a model, by its key in `config.json`, with its default: those of Hugging Face's
/// `configuration_reformer.py` (5.18), then our own. No default is written anywhere else.
final class Settings {
  /// Our own settings stand together under this key of the file.
  static final String OWN = "reformer4j";

  static final Setting<List<LayerKind>> LAYERS =
      Setting.names("attn_layers", List.of(LOCAL, LSH, LOCAL, LSH, LOCAL, LSH), LayerKind.values());
  static final Setting<Integer> D_MODEL = Setting.whole("hidden_size", 256, 1);
  static final Setting<Integer> HEADS = Setting.whole("num_attention_heads", 12, 1);
  static final Setting<Integer> HEAD_SIZE = Setting.whole("attention_head_size", 64, 1);
  static final Setting<Integer> FEED_FORWARD = Setting.whole("feed_forward_size", 512, 1);
  static final Setting<Integer> VOCABULARY = Setting.whole("vocab_size", 320, 1);
  static final Setting<String> ACTIVATION =
      Setting.text(
          "hidden_act",
          "relu",
          Arrays.stream(Activation.values()).flatMap(f -> f.names().stream()).toList());
  static final Setting<Double> EPSILON = Setting.notNegative("layer_norm_eps", 1e-12);

  static final Setting<Integer> MAX_POSITIONS = Setting.whole("max_position_embeddings", 4096, 1);
  static final Setting<Boolean> AXIAL = Setting.flag("axial_pos_embds", true);
  static final Setting<List<Integer>> AXIAL_SHAPE =
      Setting.sizes("axial_pos_shape", List.of(64, 64));
  static final Setting<List<Integer>> AXIAL_DIMS =
      Setting.sizes("axial_pos_embds_dim", List.of(64, 192));

  static final Setting<Boolean> CAUSAL = Setting.flag("is_decoder", false);
  static final Setting<Integer> LOCAL_CHUNK = Setting.whole("local_attn_chunk_length", 64, 1);
  static final Setting<Integer> LOCAL_BEFORE = Setting.whole("local_num_chunks_before", 1, 0);
  static final Setting<Integer> LOCAL_AFTER = Setting.whole("local_num_chunks_after", 0, 0);
  static final Setting<Integer> LSH_CHUNK =
      Setting.whole("lsh_attn_chunk_length", 64, 1).nullable();
  static final Setting<Integer> LSH_BEFORE =
      Setting.whole("lsh_num_chunks_before", 1, 0).nullable();
  static final Setting<Integer> LSH_AFTER = Setting.whole("lsh_num_chunks_after", 0, 0).nullable();
  static final Setting<Integer> ROUNDS = Setting.whole("num_hashes", 1, 1, LshConfig.MOST_ROUNDS);
  static final Setting<List<Integer>> BUCKETS = Setting.numbers("num_buckets", List.of());
  static final Setting<OptionalLong> HASH_SEED = Setting.optionalSeed("hash_seed");

  static final Setting<Double> HIDDEN_DROPOUT = Setting.share("hidden_dropout_prob", 0.05);
  static final Setting<Double> LOCAL_DROPOUT =
      Setting.share("local_attention_probs_dropout_prob", 0.05);
  static final Setting<Double> LSH_DROPOUT =
      Setting.share("lsh_attention_probs_dropout_prob", 0.0).nullable();
  static final Setting<OptionalDouble> CLASSIFIER_DROPOUT =
      Setting.optionalShare("classifier_dropout");
  static final Setting<Double> INITIALIZER_RANGE = Setting.notNegative("initializer_range", 0.02);
  static final Setting<Double> AXIAL_NORM_STD = Setting.notNegative("axial_norm_std", 1.0);

  static final Setting<Integer> CHUNK_SIZE_FEED_FORWARD =
      Setting.whole("chunk_size_feed_forward", 0, 0);
  static final Setting<Integer> CHUNK_SIZE_LM_HEAD = Setting.whole("chunk_size_lm_head", 0, 0);
  static final Setting<OptionalInt> PAD = Setting.optionalWhole("pad_token_id", OptionalInt.of(0));
  static final Setting<List<Integer>> EOS = Setting.numbers("eos_token_id", List.of(2));
  static final Setting<List<String>> ARCHITECTURES = Setting.texts("architectures");

  static final Setting<Chunking> CHUNKING =
      Setting.name(OWN + ".chunking", Chunking.CHUNKED, Chunking.values());
  static final Setting<PositionInitial> POSITION_INITIAL =
      Setting.name(OWN + ".position_initial", PositionInitial.NORMAL, PositionInitial.values());
  static final Setting<Long> ROTATION_SEED = Setting.seed(OWN + ".rotation_seed", 0);
  static final Setting<Boolean> MASK_OTHER_BUCKETS =
      Setting.flag(OWN + ".mask_other_buckets", false);
  static final Setting<Boolean> COUNT_ONCE = Setting.flag(OWN + ".count_once", false);

  /// The settings that Hugging Face writes, of which a file may lack any.
  static final List<Setting<?>> HUGGING_FACE =
      List.of(
          LAYERS,
          D_MODEL,
          HEADS,
          HEAD_SIZE,
          FEED_FORWARD,
          VOCABULARY,
          ACTIVATION,
          EPSILON,
          MAX_POSITIONS,
          AXIAL,
          AXIAL_SHAPE,
          AXIAL_DIMS,
          CAUSAL,
          LOCAL_CHUNK,
          LOCAL_BEFORE,
          LOCAL_AFTER,
          LSH_CHUNK,
          LSH_BEFORE,
          LSH_AFTER,
          ROUNDS,
          BUCKETS,
          HASH_SEED,
          HIDDEN_DROPOUT,
          LOCAL_DROPOUT,
          LSH_DROPOUT,
          CLASSIFIER_DROPOUT,
          INITIALIZER_RANGE,
          AXIAL_NORM_STD,
          CHUNK_SIZE_FEED_FORWARD,
          CHUNK_SIZE_LM_HEAD,
          PAD,
          EOS,
          ARCHITECTURES);

  /// The settings of our own section.
  static final List<Setting<?>> OURS =
      List.of(CHUNKING, POSITION_INITIAL, ROTATION_SEED, MASK_OTHER_BUCKETS, COUNT_ONCE);

  /// All of them.
  static final List<Setting<?>> ALL =
      Stream.of(HUGGING_FACE, OURS).<Setting<?>>flatMap(List::stream).toList();

  private Settings() {}
}
