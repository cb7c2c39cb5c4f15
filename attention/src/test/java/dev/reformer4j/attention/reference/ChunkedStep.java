package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The literal definition of one cached step of chunked LSH attention, in double precision: sorts
/// everything anew.
public final class ChunkedStep {
  private ChunkedStep() {}

  /// A token that the new one meets.
  ///
  /// @param hidden whether it is masked, unless it is the new token itself
  private record Met(int token, boolean hidden) {}

  /// The output of one head for the last token of the first `n`.
  ///
  /// @param ids `[rounds][at least n]`; not read up to one chunk
  public static double[] output(
      LshConfig config, AttentionInput input, int head, int n, int[][] ids) {
    List<Met> met = new ArrayList<>();
    if (n <= config.chunk()) {
      IntStream.range(0, n).forEach(token -> met.add(new Met(token, false)));
    } else {
      List<List<Integer>> orders = Stream.of(ids).map(round -> order(round, n)).toList();
      for (int round = 0; round < config.rounds(); round++) {
        addRound(config, n, ids, orders, round, met);
      }
    }
    return softmax(input, head, n, met);
  }

  private static void addRound(
      LshConfig config, int n, int[][] ids, List<List<Integer>> orders, int round, List<Met> met) {
    int place = orders.get(round).indexOf(n - 1);
    int from = (place / config.chunk() - config.before()) * config.chunk();
    for (int at = from; at < from + (config.before() + 1) * config.chunk(); at++) {
      int inRound = at >= n ? round : Math.floorMod(round + Math.floorDiv(at, n), config.rounds());
      int token = orders.get(inRound).get(Math.floorMod(at, n));
      boolean otherBucket = inRound != round || ids[round][token] != ids[round][n - 1];
      met.add(new Met(token, config.maskOtherBuckets() && otherBucket));
    }
  }

  private static List<Integer> order(int[] ids, int n) {
    return IntStream.range(0, n)
        .boxed()
        .sorted(
            Comparator.comparingInt((Integer token) -> ids[token]).thenComparing(token -> token))
        .toList();
  }

  private static double[] softmax(AttentionInput input, int head, int n, List<Met> met) {
    double[] logits = met.stream().mapToDouble(each -> logit(input, head, n, each)).toArray();
    double max = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum = 0;
    double[] output = new double[input.dV()];
    for (int i = 0; i < logits.length; i++) {
      double weight = Math.exp(logits[i] - max);
      sum += weight;
      for (int k = 0; k < output.length; k++) {
        int at = (head * input.n() + met.get(i).token()) * input.dV() + k;
        output[k] += weight * input.value().data()[at];
      }
    }
    for (int k = 0; k < output.length; k++) {
      output[k] /= sum;
    }
    return output;
  }

  private static double logit(AttentionInput input, int head, int n, Met met) {
    if (met.token() == n - 1) {
      return -1e5;
    }
    if (met.hidden()) {
      return Double.NEGATIVE_INFINITY;
    }
    double dot = 0;
    double square = 0;
    for (int k = 0; k < input.dQk(); k++) {
      double x = input.query().data()[(head * input.n() + n - 1) * input.dQk() + k];
      double y = input.query().data()[(head * input.n() + met.token()) * input.dQk() + k];
      dot += x * y;
      square += y * y;
    }
    return dot / Math.sqrt(square / input.dQk() + 1e-6) / Math.sqrt(input.dQk());
  }
}
