package dev.reformer4j.attention.golden;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// One attention that a peer computed: what it read, how it was set, what came out.
final class GoldenCase {
  private final String name;
  private final GoldenJson json;

  private GoldenCase(String name) {
    this.name = name;
    this.json = GoldenJson.read(name);
  }

  /// All cases of a folder of the golden data.
  static List<GoldenCase> all(String folder) {
    return GoldenJson.read("index").texts("names").stream()
        .filter(name -> name.startsWith(folder + "/"))
        .map(GoldenCase::new)
        .toList();
  }

  /// All cases of token by token with a cache.
  static List<GoldenCase> cached() {
    return GoldenJson.read("cache/index").texts("names").stream().map(GoldenCase::new).toList();
  }

  boolean isShared() {
    return !json.has("key");
  }

  /// Whether the sequence is longer than a chunk, and so was hashed.
  boolean isHashed() {
    return json.has("ids");
  }

  /// Whether the rotations were drawn by `hash_seed`.
  boolean isSeeded() {
    return json.has("seed");
  }

  boolean causal() {
    return json.flag("causal");
  }

  boolean wrap() {
    return json.flag("wrap");
  }

  int integer(String field) {
    return json.integer(field);
  }

  double[] numbers(String field) {
    return json.numbers(field);
  }

  int[] integers(String field) {
    return json.integers(field);
  }

  float[] floats(String field) {
    return json.floats(field);
  }

  AttentionInput input() {
    Tensor query = tensor("query");
    Tensor value = tensor("value");
    AttentionInput input =
        isShared()
            ? AttentionInput.shared(query, value)
            : AttentionInput.separate(query, tensor("key"), value);
    return json.flags("mask").map(input::withMask).orElse(input);
  }

  /// A float32 tensor `[batch, heads, n, d]`.
  Tensor tensor(String field) {
    float[] data = json.floats(field);
    int rows = integer("batch") * integer("heads") * integer("n");
    return Tensor.of(data, integer("batch"), integer("heads"), integer("n"), data.length / rows);
  }

  int[] factors() {
    return json.integers("buckets");
  }

  LshConfig config() {
    return new LshConfig(
        integer("rounds"),
        Buckets.of(factors()),
        integer("chunk"),
        integer("before"),
        integer("after"),
        causal(),
        Chunking.CHUNKED,
        false,
        false);
  }

  /// `[heads, dQk, rounds, columns]`, as drawn in float32.
  Tensor rotations() {
    int columns = Arrays.stream(factors()).sum() / 2;
    return Tensor.of(
        floats("rotations"), integer("heads"), integer("d"), integer("rounds"), columns);
  }

  /// The rotations as a user would ask for them: by seed where the peer drew them, else given.
  Rotations source() {
    if (isSeeded()) {
      return Rotations.torch(json.whole("seed"));
    }
    return isHashed() ? Rotations.of(rotations()) : Rotations.torch(0);
  }

  /// `[batch][heads][rounds][n]`, 0-based within the round; all zero if nothing was hashed.
  int[][][][] ids() {
    return perRound("ids");
  }

  /// `[batch][heads][rounds][n]`, the stable order by bucket within the round.
  int[][][][] order() {
    return perRound("order");
  }

  private int[][][][] perRound(String field) {
    int n = integer("n");
    int[][][][] all = new int[integer("batch")][integer("heads")][integer("rounds")][n];
    if (isHashed()) {
      int[] flat = json.integers(field);
      int from = 0;
      for (int[][][] sequence : all) {
        for (int[][] head : sequence) {
          for (int round = 0; round < head.length; round++, from += n) {
            head[round] = Arrays.copyOfRange(flat, from, from + n);
          }
        }
      }
    }
    return all;
  }

  /// Fails with the way to make the data again if two arrays differ anywhere by more than
  /// `tolerance · max(1, |x|)`.
  void check(String what, double[] expected, double[] actual, double tolerance) {
    if (expected.length != actual.length) {
      throw new AssertionError(
          "%s: %s has %d numbers, not %d; %s"
              .formatted(name, what, actual.length, expected.length, GoldenJson.HOW_TO_MAKE));
    }
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(expected[i] - actual[i]) <= allowed)) {
        throw new AssertionError(
            "%s: %s[%d] is %s, but the peer has %s (allowed difference %.1e); if the peer changed, %s"
                .formatted(name, what, i, actual[i], expected[i], allowed, GoldenJson.HOW_TO_MAKE));
      }
    }
  }

  /// [#check(String, double[], double[], double)] for float32.
  void check(String what, double[] expected, Tensor actual, double tolerance) {
    double[] numbers = new double[actual.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = actual.data()[i];
    }
    check(what, expected, numbers, tolerance);
  }

  /// Compares logsumexp in float32. That of a token that is alone is −1e5 plus a logarithm, where
  /// steps are 0.0078; so far below zero 1e-7 of the number is allowed, elsewhere 1e-5 of 1.
  void checkLogSumExp(Tensor actual) {
    double[] expected = numbers("logSumExp");
    if (expected.length != actual.size()) {
      throw new AssertionError("%s: logSumExp is %s".formatted(name, actual));
    }
    for (int i = 0; i < expected.length; i++) {
      double allowed = Math.max(1e-5, 1e-7 * Math.abs(expected[i]));
      if (!(Math.abs(expected[i] - actual.data()[i]) <= allowed)) {
        throw new AssertionError(
            "%s: logSumExp[%d] is %s, but the peer has %s; if the peer changed, %s"
                .formatted(name, i, actual.data()[i], expected[i], GoldenJson.HOW_TO_MAKE));
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
