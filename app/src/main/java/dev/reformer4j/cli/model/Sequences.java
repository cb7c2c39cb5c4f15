package dev.reformer4j.cli.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// Many sequences through one model. Short ones go side by side, a thread each, because a short
/// sequence has not enough work for several; long ones one after the other, with all threads. The
/// results depend on neither.
public final class Sequences {
  /// Tokens up to which a sequence is short.
  private static final int SHORT = 1024;

  private Sequences() {}

  /// The results in the order of the sequences.
  ///
  /// @param pass one sequence, with the threads it may use
  public static List<Tensor> map(
      List<int[]> sequences, Workers workers, BiFunction<int[], Workers, Tensor> pass) {
    Tensor[] results = new Tensor[sequences.size()];
    int[] shorts =
        IntStream.range(0, results.length).filter(i -> sequences.get(i).length <= SHORT).toArray();
    if (shorts.length < workers.threads()) {
      shorts = new int[0];
    }
    int[] sideBySide = shorts;
    workers.run(
        sideBySide.length,
        () -> {
          Workers one = Workers.inline();
          return task ->
              results[sideBySide[task]] = pass.apply(sequences.get(sideBySide[task]), one);
        });
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        results[i] = pass.apply(sequences.get(i), workers);
      }
    }
    return List.of(results);
  }
}
