package dev.reformer4j.model;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Collects changes to a configuration; [#build()] checks them together, since many hang together.
/// Every method is named after the accessor of [ReformerConfig] that tells what it sets.
///
/// {@snippet :
/// ReformerConfig config =
///     ReformerConfig.builder()
///         .layers(LayerKind.LOCAL, LayerKind.LSH)
///         .dModel(64)
///         .axial(AxialShape.of(4096, 64, 2))
///         .buckets(32)
///         .causal(true)
///         .build();
/// }
public final class ReformerConfigBuilder {
  private final Map<String, Object> tree;

  ReformerConfigBuilder(Map<String, Object> tree) {
    this.tree = new LinkedHashMap<>(tree);
  }

  /// The configuration.
  ///
  /// @throws IllegalArgumentException with one sentence if a value, or several together, are not
  ///   valid
  public ReformerConfig build() {
    return new ReformerConfig(tree);
  }

  /// See [ReformerConfig#layers()].
  public ReformerConfigBuilder layers(LayerKind... layers) {
    return layers(List.of(layers));
  }

  /// See [ReformerConfig#layers()].
  public ReformerConfigBuilder layers(List<LayerKind> layers) {
    ConfigFile.putDepth(tree, layers.size());
    return set(Settings.LAYERS, layers);
  }

  /// See [ReformerConfig#dModel()].
  public ReformerConfigBuilder dModel(int dModel) {
    return set(Settings.D_MODEL, dModel);
  }

  /// See [ReformerConfig#heads()].
  public ReformerConfigBuilder heads(int heads) {
    return set(Settings.HEADS, heads);
  }

  /// See [ReformerConfig#headSize()].
  public ReformerConfigBuilder headSize(int headSize) {
    return set(Settings.HEAD_SIZE, headSize);
  }

  /// See [ReformerConfig#feedForwardSize()].
  public ReformerConfigBuilder feedForwardSize(int feedForwardSize) {
    return set(Settings.FEED_FORWARD, feedForwardSize);
  }

  /// See [ReformerConfig#vocabularySize()].
  public ReformerConfigBuilder vocabularySize(int vocabularySize) {
    return set(Settings.VOCABULARY, vocabularySize);
  }

  /// See [ReformerConfig#activation()].
  public ReformerConfigBuilder activation(String activation) {
    return set(Settings.ACTIVATION, activation);
  }

  /// See [ReformerConfig#layerNormEpsilon()].
  public ReformerConfigBuilder layerNormEpsilon(double layerNormEpsilon) {
    return set(Settings.EPSILON, layerNormEpsilon);
  }

  /// See [ReformerConfig#maxPositions()].
  public ReformerConfigBuilder maxPositions(int maxPositions) {
    return set(Settings.MAX_POSITIONS, maxPositions);
  }

  /// See [ReformerConfig#causal()].
  public ReformerConfigBuilder causal(boolean causal) {
    return set(Settings.CAUSAL, causal);
  }

  /// See [ReformerConfig#localChunk()].
  public ReformerConfigBuilder localChunk(int localChunk) {
    return set(Settings.LOCAL_CHUNK, localChunk);
  }

  /// See [ReformerConfig#lshChunk()].
  public ReformerConfigBuilder lshChunk(int lshChunk) {
    return set(Settings.LSH_CHUNK, lshChunk);
  }

  /// See [ReformerConfig#rounds()].
  public ReformerConfigBuilder rounds(int rounds) {
    return set(Settings.ROUNDS, rounds);
  }

  /// See [ReformerConfig#hiddenDropout()].
  public ReformerConfigBuilder hiddenDropout(double hiddenDropout) {
    return set(Settings.HIDDEN_DROPOUT, hiddenDropout);
  }

  /// See [ReformerConfig#localDropout()].
  public ReformerConfigBuilder localDropout(double localDropout) {
    return set(Settings.LOCAL_DROPOUT, localDropout);
  }

  /// See [ReformerConfig#lshDropout()].
  public ReformerConfigBuilder lshDropout(double lshDropout) {
    return set(Settings.LSH_DROPOUT, lshDropout);
  }

  /// See [ReformerConfig#initializerRange()].
  public ReformerConfigBuilder initializerRange(double initializerRange) {
    return set(Settings.INITIALIZER_RANGE, initializerRange);
  }

  /// See [ReformerConfig#axialNormStd()].
  public ReformerConfigBuilder axialNormStd(double axialNormStd) {
    return set(Settings.AXIAL_NORM_STD, axialNormStd);
  }

  /// See [ReformerConfig#chunkSizeFeedForward()].
  public ReformerConfigBuilder chunkSizeFeedForward(int chunkSizeFeedForward) {
    return set(Settings.CHUNK_SIZE_FEED_FORWARD, chunkSizeFeedForward);
  }

  /// See [ReformerConfig#chunkSizeLmHead()].
  public ReformerConfigBuilder chunkSizeLmHead(int chunkSizeLmHead) {
    return set(Settings.CHUNK_SIZE_LM_HEAD, chunkSizeLmHead);
  }

  /// See [ReformerConfig#architectures()].
  public ReformerConfigBuilder architectures(List<String> architectures) {
    return set(Settings.ARCHITECTURES, architectures);
  }

  /// See [ReformerConfig#chunking()].
  public ReformerConfigBuilder chunking(Chunking chunking) {
    return set(Settings.CHUNKING, chunking);
  }

  /// See [ReformerConfig#positionInitial()].
  public ReformerConfigBuilder positionInitial(PositionInitial initial) {
    return set(Settings.POSITION_INITIAL, initial);
  }

  /// See [ReformerConfig#rotationSeed()].
  public ReformerConfigBuilder rotationSeed(long rotationSeed) {
    return set(Settings.ROTATION_SEED, rotationSeed);
  }

  /// See [ReformerConfig#maskOtherBuckets()].
  public ReformerConfigBuilder maskOtherBuckets(boolean maskOtherBuckets) {
    return set(Settings.MASK_OTHER_BUCKETS, maskOtherBuckets);
  }

  /// See [ReformerConfig#countOnce()].
  public ReformerConfigBuilder countOnce(boolean countOnce) {
    return set(Settings.COUNT_ONCE, countOnce);
  }

  /// Axial positions of this shape; see [ReformerConfig#axialShape()].
  public ReformerConfigBuilder axial(AxialShape axial) {
    return set(Settings.AXIAL, true)
        .set(Settings.AXIAL_SHAPE, axial.shape())
        .set(Settings.AXIAL_DIMS, axial.dims());
  }

  /// Learned positions instead of axial ones, as many as [ReformerConfig#maxPositions()].
  public ReformerConfigBuilder learnedPositions() {
    return set(Settings.AXIAL, false);
  }

  /// See [ReformerConfig#localBefore()] and [ReformerConfig#localAfter()].
  public ReformerConfigBuilder localNeighbours(int before, int after) {
    return set(Settings.LOCAL_BEFORE, before).set(Settings.LOCAL_AFTER, after);
  }

  /// See [ReformerConfig#lshBefore()] and [ReformerConfig#lshAfter()].
  public ReformerConfigBuilder lshNeighbours(int before, int after) {
    return set(Settings.LSH_BEFORE, before).set(Settings.LSH_AFTER, after);
  }

  /// One or more even factors of the number of buckets, or none, which leaves the number to the
  /// length; see [ReformerConfig#bucketFactors()].
  public ReformerConfigBuilder buckets(int... factors) {
    return set(Settings.BUCKETS, Arrays.stream(factors).boxed().toList());
  }

  /// See [ReformerConfig#hashSeed()].
  public ReformerConfigBuilder hashSeed(OptionalLong seed) {
    return set(Settings.HASH_SEED, seed);
  }

  /// See [ReformerConfig#classifierDropout()].
  public ReformerConfigBuilder classifierDropout(double share) {
    return set(Settings.CLASSIFIER_DROPOUT, OptionalDouble.of(share));
  }

  /// See [ReformerConfig#padId()].
  public ReformerConfigBuilder padId(OptionalInt id) {
    return set(Settings.PAD, id);
  }

  /// See [ReformerConfig#eosIds()].
  public ReformerConfigBuilder eosIds(List<Integer> ids) {
    return set(Settings.EOS, ids);
  }

  /// See [ReformerConfig#labels()].
  public ReformerConfigBuilder labels(List<String> labels) {
    Labels.put(tree, labels);
    return this;
  }

  /// Notes in which type the weights are saved, F32, F16 or BF16; Hugging Face loads them as that.
  public ReformerConfigBuilder savedAs(DType type) {
    ConfigFile.savedAs(tree, type);
    return this;
  }

  private <T> ReformerConfigBuilder set(Setting<T> setting, T value) {
    setting.put(tree, value);
    return this;
  }
}
