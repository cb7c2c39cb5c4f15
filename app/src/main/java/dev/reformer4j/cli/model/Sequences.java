package dev.reformer4j.cli.model;

import dev.reformer4j.attention.Workers;
import java.util.ArrayList;
import java.util.Collections;
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
  public static <T> List<T> map(
      List<int[]> sequences, Workers workers, BiFunction<int[], Workers, T> pass) {
    List<T> results = new ArrayList<>(Collections.nCopies(sequences.size(), null));
    int[] shorts =
        IntStream.range(0, sequences.size())
            .filter(i -> sequences.get(i).length <= SHORT)
            .toArray();
    if (shorts.length < workers.threads()) {
      shorts = new int[0];
    }
    int[] sideBySide = shorts;
    workers.run(
        sideBySide.length,
        () -> {
          Workers one = Workers.inline();
          return task ->
              results.set(sideBySide[task], pass.apply(sequences.get(sideBySide[task]), one));
        });
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) == null) {
        results.set(i, pass.apply(sequences.get(i), workers));
      }
    }
    return results;
  }
}
