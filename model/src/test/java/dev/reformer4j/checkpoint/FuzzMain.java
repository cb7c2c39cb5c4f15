package dev.reformer4j.checkpoint;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Reads a million damaged files — safetensors, `.npy`, PyTorch's and shard indices, a quarter of
/// each — and counts what came of them. It ends with the seed of the first file that ended in
/// anything but a whole read or a sentence, or that took more memory than its size explains.
///
/// ```text
/// ./mvnw -q -pl model -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java -cp model/target/test-classes:model/target/classes:$(cat model/target/classpath) \
///     dev.reformer4j.checkpoint.FuzzMain [files = 1000000] [first seed = 0]
/// ```
public final class FuzzMain {
  private static final List<String> KINDS = List.of("safetensors", "npy", "PyTorch", "index");

  private FuzzMain() {}

  /// Runs, and prints the counts.
  ///
  /// @param arguments the number of files, and the seed of the first
  public static void main(String[] arguments) {
    long count = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
    FileMutator files = new FileMutator();
    BinMutator bins = new BinMutator();
    Fuzzing.Tally[] tallies =
        Stream.generate(Fuzzing.Tally::new).limit(4).toArray(Fuzzing.Tally[]::new);
    long slowest = 0;
    long start = System.nanoTime();
    for (long seed = first; seed < first + count; seed++) {
      long before = System.nanoTime();
      int kind = Math.floorMod(seed, 4);
      switch (kind) {
        case 0 -> Fuzzing.safetensors(files.safetensors(seed), seed, tallies[kind]);
        case 1 -> Fuzzing.npy(files.npy(seed), seed, tallies[kind]);
        case 2 -> Fuzzing.bin(bins.bin(seed), seed, tallies[kind]);
        default -> Fuzzing.index(bins.index(seed), seed, tallies[kind]);
      }
      slowest = Math.max(slowest, System.nanoTime() - before);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT, "%d files in %.1f s, the slowest %.0f ms%n", count, seconds, slowest / 1e6);
    for (int kind = 0; kind < tallies.length; kind++) {
      System.out.printf(
          "%s: %d read, %d refused%n", KINDS.get(kind), tallies[kind].read, tallies[kind].refused);
    }
  }
}
