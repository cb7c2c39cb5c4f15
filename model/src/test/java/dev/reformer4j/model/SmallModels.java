package dev.reformer4j.model;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Small models of odd widths, with numbers in every parameter.
final class SmallModels {
  private SmallModels() {}

  /// A causal language model with sliding windows; nothing divides anything.
  static ReformerConfigBuilder sliding() {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH, LayerKind.LSH, LayerKind.LOCAL)
        .dModel(5)
        .heads(2)
        .headSize(3)
        .feedForwardSize(7)
        .vocabularySize(11)
        .maxPositions(320)
        .axial(new AxialShape(List.of(16, 20), List.of(2, 3)))
        .localChunk(6)
        .lshChunk(4)
        .rounds(2)
        .buckets(2, 4)
        .causal(true)
        .chunking(Chunking.SLIDING)
        .hashSeed(OptionalLong.of(5))
        .hiddenDropout(0)
        .lshDropout(0)
        .localDropout(0);
  }

  /// The same as Hugging Face runs it.
  static ReformerConfigBuilder chunked() {
    return sliding().chunking(Chunking.CHUNKED);
  }

  static ReformerConfigBuilder withHead(HeadKind kind) {
    boolean causal = kind == HeadKind.LANGUAGE_MODEL;
    return sliding().causal(causal).architectures(List.of(kind.architecture()));
  }

  /// Gives every parameter numbers that are far from those of an untrained model.
  static Reformer filled(ReformerConfig config) {
    Reformer model = Reformer.declare(config);
    for (Parameter parameter : model.parameters().values()) {
      Random random = new Random(parameter.name().hashCode());
      Tensor numbers = Tensor.zeros(parameter.shape());
      for (int i = 0; i < numbers.size(); i++) {
        numbers.data()[i] = (float) (0.4 * random.nextGaussian());
      }
      parameter.fill(numbers);
    }
    return model;
  }

  static int[] ids(ReformerConfig config, int n, long seed) {
    Random random = new Random(seed);
    return random.ints(n, 0, config.vocabularySize()).toArray();
  }

  /// Causal models with sliding windows, everything drawn from a seed.
  static Stream<ReformerConfig> randomSliding(int count) {
    return LongStream.range(0, count).mapToObj(SmallModels::randomSliding);
  }

  static ReformerConfig randomSliding(long seed) {
    Random random = new Random(seed);
    LayerKind[] layers = new LayerKind[1 + random.nextInt(4)];
    Arrays.setAll(layers, i -> random.nextBoolean() ? LayerKind.LOCAL : LayerKind.LSH);
    int dModel = pick(random, 3, 5, 16, 70);
    int positions = 300;
    ReformerConfigBuilder builder =
        sliding()
            .layers(layers)
            .dModel(dModel)
            .heads(pick(random, 1, 2, 5))
            .headSize(pick(random, 1, 3, 16))
            .feedForwardSize(pick(random, 7, 64, 65))
            .vocabularySize(pick(random, 3, 11, 130))
            .activation(random.nextBoolean() ? "relu" : "gelu")
            .maxPositions(positions)
            .localChunk(1 + random.nextInt(20))
            .localNeighbours(random.nextInt(4), 0)
            .lshChunk(1 + random.nextInt(random.nextBoolean() ? 4 : 40))
            .lshNeighbours(1 + random.nextInt(2), 0)
            .rounds(1 + random.nextInt(3))
            .maskOtherBuckets(random.nextBoolean())
            .eosIds(List.of(2));
    builder =
        random.nextBoolean() ? builder.buckets(pick(random, 2, 6, 16)) : builder.buckets(2, 4);
    builder =
        random.nextBoolean()
            ? builder.learnedPositions()
            : builder.axial(AxialShape.of(positions, dModel, 2));
    return builder.build();
  }

  private static int pick(Random random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /// One row of a matrix has the bits of another.
  static void sameRow(String what, Tensor expected, int row, Tensor actual, int at) {
    int width = expected.dim(1);
    for (int k = 0; k < width; k++) {
      float wanted = expected.data()[row * width + k];
      float got = actual.data()[at * width + k];
      if (Float.floatToRawIntBits(wanted) != Float.floatToRawIntBits(got)) {
        throw new AssertionError("%s, number %d: %s, not %s".formatted(what, k, got, wanted));
      }
    }
  }

  static byte[] written(ModelCache cache) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      cache.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  static DataInput input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
