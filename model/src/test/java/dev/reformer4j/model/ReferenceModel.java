package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.AttentionShape;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Reference;
import dev.reformer4j.layer.Reference.Numbers;
import dev.reformer4j.layer.ReferenceAttention;
import dev.reformer4j.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/// The whole model in double precision, with every stream of every block and nothing reversed. What
/// hashing decides is decided once, by the first pass.
///
/// The configuration must have a `hash_seed`, so that every layer's rotations are known.
final class ReferenceModel {
  private final ReformerConfig config;
  private final HeadKind kind;
  private final int[] ids;
  private final Draws draws;
  private final boolean[] real;
  private final Map<Integer, Hashes> hashes = new HashMap<>();

  ReferenceModel(ReformerConfig config, HeadKind kind, int[] ids, Draws draws) {
    this.config = config;
    this.kind = kind;
    this.ids = ids;
    this.draws = draws;
    this.real = new boolean[Streams.paddedLength(config, ids.length)];
    java.util.Arrays.fill(real, 0, ids.length, true);
  }

  private AttentionShape shape(int layer) {
    return new AttentionShape(
        config.dModel(),
        config.heads(),
        config.headSize(),
        config.layerNormEpsilon(),
        0,
        config.hiddenDropout(),
        config.layers().get(layer) == LayerKind.LOCAL
            ? config.localDropout()
            : config.lshDropout());
  }

  /// Both streams behind some blocks.
  private record Streamed(double[][] x1, double[][] x2) {}

  private String body() {
    return kind == HeadKind.NONE ? "" : "reformer.";
  }

  private Streamed streams(int blocks, Numbers all) {
    double[][] x1 = embed(body() + "embeddings.", all);
    double[][] x2 = x1;
    for (int i = 0; i < blocks; i++) {
      String layer = body() + "encoder.layers." + i + ".";
      x1 = Reference.plus(x1, attention(i, x2, layer + "attention.", all));
      x2 =
          Reference.plus(
              x2,
              Reference.feedForward(
                  x1,
                  layer + "feed_forward.",
                  all,
                  config.activation(),
                  config.layerNormEpsilon(),
                  config.hiddenDropout(),
                  draws));
    }
    return new Streamed(x1, x2);
  }

  /// `[n][heads · d]`: what an LSH layer hashes.
  double[][] queryKeys(int layer, Numbers all) {
    String name = body() + "encoder.layers." + layer + ".attention.";
    return ReferenceAttention.queryKeys(streams(layer, all).x2, name, all, shape(layer));
  }

  /// `[n][answerWidth]`; of classification `[1][labels]`.
  double[][] logits(Numbers all) {
    Streamed top = streams(config.layers().size(), all);
    double[][] both = java.util.Arrays.copyOf(Reference.beside(top.x1, top.x2), answers());
    String end = body() + "encoder.";
    double[][] normal =
        Reference.layerNorm(both, all.in(end + "layer_norm"), config.layerNormEpsilon());
    return head(Reference.dropout(normal, end, config.hiddenDropout(), draws), all);
  }

  private int answers() {
    return kind == HeadKind.CLASSIFICATION ? 1 : ids.length;
  }

  /// Padding is zeros.
  private double[][] embed(String name, Numbers all) {
    int d = config.dModel();
    double[] words = all.of(name + "word_embeddings.weight");
    double[][] rows = new double[ids.length][d];
    for (int i = 0; i < ids.length; i++) {
      double[] position = position(i, name + "position_embeddings.", all);
      for (int k = 0; k < d; k++) {
        rows[i][k] = words[ids[i] * d + k] + position[k];
      }
    }
    double[][] kept = Reference.dropout(rows, name, config.hiddenDropout(), draws);
    double[][] padded = java.util.Arrays.copyOf(kept, real.length);
    java.util.Arrays.fill(padded, ids.length, real.length, new double[d]);
    return padded;
  }

  /// Two axes: row and column of a grid.
  private double[] position(int i, String name, Numbers all) {
    int d = config.dModel();
    if (!config.axialPositions()) {
      return java.util.Arrays.copyOfRange(all.of(name + "embedding.weight"), i * d, (i + 1) * d);
    }
    int columns = config.axialShape().get(1);
    int first = config.axialDims().get(0);
    double[] vector = new double[d];
    for (int k = 0; k < d; k++) {
      vector[k] =
          k < first
              ? all.of(name + "weights.0")[i / columns * first + k]
              : all.of(name + "weights.1")[i % columns * (d - first) + k - first];
    }
    return vector;
  }

  private double[][] attention(int layer, double[][] x, String name, Numbers all) {
    if (config.layers().get(layer) == LayerKind.LOCAL) {
      return ReferenceAttention.local(x, name, all, config.local(), shape(layer), real, draws);
    }
    LshConfig lsh = config.lsh(real.length);
    Hashes decided = hashes.computeIfAbsent(layer, i -> hash(x, name, all, lsh, shape(layer)));
    return ReferenceAttention.lsh(x, name, all, lsh, shape(layer), decided, real, draws);
  }

  private Hashes hash(double[][] x, String name, Numbers all, LshConfig lsh, AttentionShape shape) {
    double[][] qk = ReferenceAttention.queryKeys(x, name, all, shape);
    int d = shape.headWidth();
    Tensor heads = Tensor.zeros(shape.heads(), qk.length, d);
    for (int head = 0; head < shape.heads(); head++) {
      for (int i = 0; i < qk.length; i++) {
        for (int k = 0; k < d; k++) {
          heads.data()[(head * qk.length + i) * d + k] = (float) qk[i][head * d + k];
        }
      }
    }
    AttentionInput input = AttentionInput.shared(heads, heads);
    boolean padded = real.length > ids.length;
    return new LshAttention(lsh, Rotations.torch(config.hashSeed().getAsLong()))
        .hash(padded ? input.withMask(real) : input, Workers.inline());
  }

  private double[][] head(double[][] hidden, Numbers all) {
    return switch (kind) {
      case LANGUAGE_MODEL, MASKED_LANGUAGE_MODEL ->
          Reference.dense(hidden, all.of("lm_head.decoder.weight"), all.of("lm_head.bias"));
      case CLASSIFICATION -> {
        double rate = config.classifierDropout();
        double[][] before = Reference.dropout(hidden, "classifier.before.", rate, draws);
        double[][] inside =
            Reference.activation(Reference.dense(before, all.in("classifier.dense")), "tanh");
        double[][] after = Reference.dropout(inside, "classifier.after.", rate, draws);
        yield Reference.dense(after, all.in("classifier.out_proj"));
      }
      case QUESTION_ANSWERING -> Reference.dense(hidden, all.in("qa_outputs"));
      case NONE -> hidden;
    };
  }
}
