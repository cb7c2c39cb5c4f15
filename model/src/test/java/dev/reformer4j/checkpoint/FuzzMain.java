package dev.reformer4j.checkpoint;

import java.util.Locale;

/// Reads a million damaged safetensors and `.npy` files, half of either, and counts what came of
/// them. It ends with the seed of the first file that ended in anything but a whole read or a
/// sentence, or that took more memory than its size explains.
///
/// ```text
/// ./mvnw -q -pl model -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java -cp model/target/test-classes:model/target/classes:$(cat model/target/classpath) \
///     dev.reformer4j.checkpoint.FuzzMain [files = 1000000] [first seed = 0]
/// ```
public final class FuzzMain {
  private FuzzMain() {}

  /// Runs, and prints the counts.
  ///
  /// @param arguments the number of files, and the seed of the first
  public static void main(String[] arguments) {
    long files = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
    FileMutator mutator = new FileMutator();
    Fuzzing.Tally safetensors = new Fuzzing.Tally();
    Fuzzing.Tally npy = new Fuzzing.Tally();
    long slowest = 0;
    long start = System.nanoTime();
    for (long seed = first; seed < first + files; seed++) {
      long before = System.nanoTime();
      if (seed % 2 == 0) {
        Fuzzing.safetensors(mutator.safetensors(seed), seed, safetensors);
      } else {
        Fuzzing.npy(mutator.npy(seed), seed, npy);
      }
      slowest = Math.max(slowest, System.nanoTime() - before);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d files in %.1f s, the slowest %.0f ms%n"
            + "safetensors: %d read, %d refused%nnpy: %d read, %d refused%n",
        files,
        seconds,
        slowest / 1e6,
        safetensors.read,
        safetensors.refused,
        npy.read,
        npy.refused);
  }
}
