package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.reference.HeadAttention.HeadGradients;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What one call of the reference found; numbers are computed when asked for.
public final class ReferenceResult {
  private final HeadAttention[][] heads;

  ReferenceResult(HeadAttention[][] heads) {
    this.heads = heads;
  }

  /// `[batch, heads, n, dV]`, row-major.
  public double[] output() {
    return allHeads()
        .flatMap(head -> IntStream.range(0, head.head().n()).mapToObj(head::output))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  /// `[batch, heads, n]`, natural logarithm; −∞ for a query that sees nothing.
  public double[] logSumExp() {
    return allHeads()
        .flatMapToDouble(head -> IntStream.range(0, head.head().n()).mapToDouble(head::logSumExp))
        .toArray();
  }

  /// Every key that a query meets in all rounds, masked ones included.
  public List<KeyInstance> meetings(int sequence, int head, int query) {
    return heads[sequence][head].meetings().get(query);
  }

  /// The keys that a query sees in all rounds: [#meetings] without the masked ones.
  public List<KeyInstance> seen(int sequence, int head, int query) {
    return meetings(sequence, head, query).stream().filter(KeyInstance::isSeen).toList();
  }

  /// The logit of every meeting, in their order; −∞ where masked.
  public double[] logits(int sequence, int head, int query) {
    return heads[sequence][head].logits(query);
  }

  /// The weight of every meeting, in their order; they add up to 1, or are all 0 for a query that
  /// sees nothing.
  public double[] weights(int sequence, int head, int query) {
    return heads[sequence][head].weights(query);
  }

  /// The gradients of `Σ outputGradient · output`.
  ///
  /// @param outputGradient `[batch, heads, n, dV]`, row-major
  public ReferenceGradients gradients(float[] outputGradient) {
    return gradients(
        IntStream.range(0, outputGradient.length).mapToDouble(i -> outputGradient[i]).toArray());
  }

  /// The gradients of `Σ outputGradient · output`.
  ///
  /// @param outputGradient `[batch, heads, n, dV]`, row-major
  public ReferenceGradients gradients(double[] outputGradient) {
    List<HeadAttention> all = allHeads().toList();
    List<HeadGradients> each =
        IntStream.range(0, all.size())
            .mapToObj(i -> all.get(i).gradients(rows(outputGradient, all.get(i).head(), i)))
            .toList();
    double[] query = flat(each.stream().map(HeadGradients::query));
    double[] key = flat(each.stream().map(HeadGradients::key));
    double[] value = flat(each.stream().map(HeadGradients::value));
    if (all.getFirst().head().shared()) {
      double[] both =
          IntStream.range(0, query.length).mapToDouble(i -> query[i] + key[i]).toArray();
      return new ReferenceGradients(both, both, value);
    }
    return new ReferenceGradients(query, key, value);
  }

  /// For tests of the reference itself.
  HeadAttention head(int sequence, int head) {
    return heads[sequence][head];
  }

  private Stream<HeadAttention> allHeads() {
    return Arrays.stream(heads).flatMap(Arrays::stream);
  }

  private static double[][] rows(double[] flat, Head head, int index) {
    double[][] rows = new double[head.n()][];
    for (int i = 0; i < rows.length; i++) {
      int from = (index * rows.length + i) * head.dV();
      rows[i] = Arrays.copyOfRange(flat, from, from + head.dV());
    }
    return rows;
  }

  private static double[] flat(Stream<double[][]> heads) {
    return heads.flatMap(Arrays::stream).flatMapToDouble(DoubleStream::of).toArray();
  }
}
