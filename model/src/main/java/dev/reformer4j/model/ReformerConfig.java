package dev.reformer4j.model;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Everything that defines a Reformer apart from its weights: Hugging Face's `config.json`, and a
/// section of our own under the key `reformer4j`.
///
/// What a file says that is not understood here is kept, and written back in its place. A
/// configuration is checked as a whole when it is made, from a file or by a
/// [builder][ReformerConfigBuilder] alike; it never changes.
public final class ReformerConfig {
  /// As the file holds it, with our own section laid flat: `reformer4j.chunking`.
  private final Map<String, Object> tree;

  private final Map<String, Object> values = new HashMap<>();
  private final List<String> labels;

  ReformerConfig(Map<String, Object> tree) {
    this.tree = new LinkedHashMap<>(tree);
    Settings.ALL.forEach(setting -> values.put(setting.key(), setting.in(tree)));
    this.labels = Labels.in(tree);
    ConfigRules.check(this, tree);
  }

  /// Starts from the defaults, which are Hugging Face's.
  public static ReformerConfigBuilder builder() {
    return new ReformerConfigBuilder(ConfigFile.defaults());
  }

  /// Starts from this configuration.
  public ReformerConfigBuilder toBuilder() {
    return new ReformerConfigBuilder(tree);
  }

  /// Reads a `config.json`, or the one in a directory.
  ///
  /// @throws TensorFileException with one sentence if it cannot be read or holds no valid
  ///   configuration
  public static ReformerConfig read(Path fileOrDirectory) throws TensorFileException {
    return ConfigFile.read(fileOrDirectory);
  }

  /// Reads the text of a `config.json`.
  ///
  /// @throws IllegalArgumentException with one sentence if it is not valid
  public static ReformerConfig parse(String json) {
    return new ReformerConfig(ConfigFile.flat(JsonTree.parse(json)));
  }

  /// The text of a `config.json` that says all of this: the keys of the file it came from in their
  /// order, then, sorted, every other setting. Of our own settings only those that differ from
  /// Hugging Face's behaviour.
  public String toJson() {
    return JsonTree.write(ConfigFile.complete(tree, layers().size()));
  }

  /// The longest sequence that has a position for every token.
  public int maxLength() {
    if (!axialPositions()) {
      return maxPositions();
    }
    long room = 1;
    for (int size : axialShape()) {
      room = Math.min(maxPositions(), room * size);
    }
    return (int) room;
  }

  /// The length to which Hugging Face pads a sequence in evaluation: the next multiple of all chunk
  /// lengths in use, unless it is no longer than the smallest of them.
  ///
  /// @throws IllegalArgumentException if it exceeds 32 bits
  public int paddedLength(int n) {
    long smallest = Integer.MAX_VALUE;
    long multiple = 1;
    for (LayerKind kind : LayerKind.values()) {
      if (layers().contains(kind)) {
        long chunk = kind == LayerKind.LSH ? lshChunk() : localChunk();
        smallest = Math.min(smallest, chunk);
        multiple *= chunk / gcd(multiple, chunk);
      }
    }
    long padded = n <= smallest ? n : Math.ceilDiv(n, multiple) * multiple;
    if (padded > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a length of "
              + n
              + " would be padded to "
              + padded
              + ", a multiple of all chunk lengths; use chunk lengths with a common factor");
    }
    return (int) padded;
  }

  /// The factors of the number of buckets for `n` tokens, padding included: those given, or Hugging
  /// Face's choice for the length, which it would keep for every later one.
  public int[] bucketFactors(int n) {
    return bucketFactors().isEmpty()
        ? AutomaticBuckets.factors(n, lshChunk(), maxPositions())
        : bucketFactors().stream().mapToInt(Integer::intValue).toArray();
  }

  /// The attention of LSH layers over `n` tokens, padding included.
  public LshConfig lsh(int n) {
    return new LshConfig(
        rounds(),
        Buckets.of(bucketFactors(n)),
        lshChunk(),
        lshBefore(),
        lshAfter(),
        causal(),
        chunking(),
        maskOtherBuckets(),
        countOnce());
  }

  /// The attention of local layers. In a chunked model it wraps around at the ends, as in Hugging
  /// Face: the first chunk looks back to the last, and where there are no more chunks than it looks
  /// back, a query meets keys twice. With sliding windows it does neither, so that what a token
  /// sees does not depend on how many follow.
  public LocalConfig local() {
    boolean wrap = chunking() == Chunking.CHUNKED;
    return new LocalConfig(localChunk(), localBefore(), localAfter(), causal(), wrap);
  }

  /// The attention of every layer, from the embeddings up.
  public List<LayerKind> layers() {
    return get(Settings.LAYERS);
  }

  /// Model width: numbers per token between layers.
  public int dModel() {
    return get(Settings.D_MODEL);
  }

  /// Attention heads of every layer.
  public int heads() {
    return get(Settings.HEADS);
  }

  /// Width of queries, keys and values of one head; need not be `dModel / heads`.
  public int headSize() {
    return get(Settings.HEAD_SIZE);
  }

  /// Width inside the feed-forward layers.
  public int feedForwardSize() {
    return get(Settings.FEED_FORWARD);
  }

  /// Number of token ids.
  public int vocabularySize() {
    return get(Settings.VOCABULARY);
  }

  /// Name of the function inside the feed-forward layers, as in `hidden_act`.
  public String activation() {
    return get(Settings.ACTIVATION);
  }

  /// What layer norms add to the variance.
  public double layerNormEpsilon() {
    return get(Settings.EPSILON);
  }

  /// Longest sequence by `max_position_embeddings`; see also [#maxLength()].
  public int maxPositions() {
    return get(Settings.MAX_POSITIONS);
  }

  /// Whether positions are axial; else they are learned one by one.
  public boolean axialPositions() {
    return get(Settings.AXIAL);
  }

  /// Axes of the grid of axial positions, the last running fastest.
  public List<Integer> axialShape() {
    return get(Settings.AXIAL_SHAPE);
  }

  /// Numbers per position from each axis; they sum to `dModel`.
  public List<Integer> axialDims() {
    return get(Settings.AXIAL_DIMS);
  }

  /// Whether no token sees later ones (`is_decoder`).
  public boolean causal() {
    return get(Settings.CAUSAL);
  }

  /// Chunk length of local layers.
  public int localChunk() {
    return get(Settings.LOCAL_CHUNK);
  }

  /// Chunks before its own that a query of a local layer sees.
  public int localBefore() {
    return get(Settings.LOCAL_BEFORE);
  }

  /// Chunks after its own that a query of a local layer sees.
  public int localAfter() {
    return get(Settings.LOCAL_AFTER);
  }

  /// Chunk length of LSH layers.
  public int lshChunk() {
    return get(Settings.LSH_CHUNK);
  }

  /// Chunks before its own that a query of an LSH layer sees.
  public int lshBefore() {
    return get(Settings.LSH_BEFORE);
  }

  /// Chunks after its own that a query of an LSH layer sees.
  public int lshAfter() {
    return get(Settings.LSH_AFTER);
  }

  /// Independent hashings.
  public int rounds() {
    return get(Settings.ROUNDS);
  }

  /// Factors of the number of buckets; empty where it follows from the length.
  public List<Integer> bucketFactors() {
    return get(Settings.BUCKETS);
  }

  /// Seed of rotations drawn as PyTorch draws them; the same for every layer.
  public OptionalLong hashSeed() {
    return get(Settings.HASH_SEED);
  }

  /// Dropout of embeddings, projections and feed-forward layers.
  public double hiddenDropout() {
    return get(Settings.HIDDEN_DROPOUT);
  }

  /// Dropout of attention weights in local layers.
  public double localDropout() {
    return get(Settings.LOCAL_DROPOUT);
  }

  /// Dropout of attention weights in LSH layers.
  public double lshDropout() {
    return get(Settings.LSH_DROPOUT);
  }

  /// Standard deviation of new weights.
  public double initializerRange() {
    return get(Settings.INITIALIZER_RANGE);
  }

  /// Standard deviation of new axial position weights.
  public double axialNormStd() {
    return get(Settings.AXIAL_NORM_STD);
  }

  /// Tokens that the feed-forward layers take at a time; 0 leaves it open. Results do not depend on
  /// it.
  public int chunkSizeFeedForward() {
    return get(Settings.CHUNK_SIZE_FEED_FORWARD);
  }

  /// Tokens that the language model head takes at a time; 0 leaves it open. Results do not depend
  /// on it.
  public int chunkSizeLmHead() {
    return get(Settings.CHUNK_SIZE_LM_HEAD);
  }

  /// Id of padding, if there is one.
  public OptionalInt padId() {
    return get(Settings.PAD);
  }

  /// Ids that end a text; often one, perhaps none.
  public List<Integer> eosIds() {
    return get(Settings.EOS);
  }

  /// Hugging Face's names of the classes that the weights were made for; often one, perhaps none.
  public List<String> architectures() {
    return get(Settings.ARCHITECTURES);
  }

  /// What a query of an LSH layer sees; ours, chunked as in Hugging Face unless said.
  public Chunking chunking() {
    return get(Settings.CHUNKING);
  }

  /// What axial positions are before training.
  public PositionInitial positionInitial() {
    return get(Settings.POSITION_INITIAL);
  }

  /// Seed of the rotations where there is no [#hashSeed()]; ours.
  public long rotationSeed() {
    return get(Settings.ROTATION_SEED);
  }

  /// Whether keys of other buckets get no weight; ours, false as in Hugging Face unless said.
  public boolean maskOtherBuckets() {
    return get(Settings.MASK_OTHER_BUCKETS);
  }

  /// Whether a key met in several rounds counts once; ours, false as in Hugging Face unless said.
  public boolean countOnce() {
    return get(Settings.COUNT_ONCE);
  }

  /// Dropout inside the classification head; [#hiddenDropout()] unless it has its own.
  public double classifierDropout() {
    return get(Settings.CLASSIFIER_DROPOUT).orElse(hiddenDropout());
  }

  /// Names of the classes, in the order of the logits.
  public List<String> labels() {
    return labels;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /// What a setting says.
  Object value(Setting<?> setting) {
    return values.get(setting.key());
  }

  @SuppressWarnings("unchecked") // put there by the same setting
  private <T> T get(Setting<T> setting) {
    return (T) values.get(setting.key());
  }

  /// Whether the other defines the same Reformer; entries that are only kept do not count.
  @Override
  public boolean equals(Object other) {
    return other instanceof ReformerConfig that
        && values.equals(that.values)
        && labels.equals(that.labels);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return toJson();
  }
}
