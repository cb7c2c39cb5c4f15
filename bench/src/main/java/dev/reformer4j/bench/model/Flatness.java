package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.JsonLine;
import dev.reformer4j.bench.Repeated;
import dev.reformer4j.model.ModelCache;
import dev.reformer4j.model.Reformer;
import java.util.Arrays;
import java.util.List;

/// Whether a token costs the same however long the text is: two copies of one beginning, of which
/// one is carried on to a great length, get their next tokens in turn.
final class Flatness {
  private static final int WARM_UP = 500;

  private Flatness() {}

  /// @param near tokens of the short text
  /// @param far tokens of the long one
  /// @param steps tokens that are timed, of each
  static JsonLine measure(Reformer model, int near, int far, int steps, Workers workers) {
    int[] ids = ModelSubject.randomIds(far + steps + WARM_UP);
    ModelCache shorter = model.newCache();
    extend(model, shorter, ids, 0, near, workers);
    ModelCache longer = shorter.copy();
    extend(model, longer, ids, near, far - near, workers);
    timeInTurn(model, shorter.copy(), longer.copy(), ids, WARM_UP, workers);
    double[][] micros = timeInTurn(model, shorter, longer, ids, steps, workers);
    double[] ratios = new double[steps];
    Arrays.setAll(ratios, i -> micros[1][i] / micros[0][i]);
    return new JsonLine()
        .with("near", near)
        .with("far", far)
        .with("steps", steps)
        .with("nearMicros", Repeated.median(micros[0]))
        .with("farMicros", Repeated.median(micros[1]))
        .with("ratio", Repeated.median(ratios))
        .with("nearBytes", shorter.bytes())
        .with("farBytes", longer.bytes());
  }

  private static double[][] timeInTurn(
      Reformer model, ModelCache one, ModelCache other, int[] ids, int steps, Workers workers) {
    double[][] micros = new double[2][steps];
    for (int step = 0; step < steps; step++) {
      micros[0][step] = extend(model, one, ids, one.length(), 1, workers);
      micros[1][step] = extend(model, other, ids, other.length(), 1, workers);
    }
    return micros;
  }

  private static double extend(
      Reformer model, ModelCache cache, int[] ids, int from, int count, Workers workers) {
    int[][] next = {Arrays.copyOfRange(ids, from, from + count)};
    long start = System.nanoTime();
    model.extend(List.of(cache), next, workers);
    return (System.nanoTime() - start) / 1e3;
  }
}
