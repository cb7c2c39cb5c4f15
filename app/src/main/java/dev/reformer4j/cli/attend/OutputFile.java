package dev.reformer4j.cli.attend;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where results go: safetensors with everything, or `.npy` with the output alone.
///
/// @param path `--out`
record OutputFile(Path path) {
  /// Checks that the file can be written, before an hour is spent on what should go into it.
  /// Whatever changes in that hour the writer will find.
  ///
  /// @param inputs files that must not be overwritten
  static OutputFile checked(Path path, List<Path> inputs) throws IOException {
    Destination.check(path, inputs);
    return new OutputFile(path);
  }

  /// Writes the results of exact attention, whole or not at all.
  void write(Tensor out, Tensor logSumExp) throws IOException {
    if (InputFile.isNpy(path)) {
      Npy.write(path, out);
    } else {
      new SafetensorsWriter().add("out", out).add("logsumexp", logSumExp).write(path);
    }
  }

  /// Writes the results of LSH attention, whole or not at all.
  ///
  /// @param rounds rounds asked for; where nothing was hashed every one of them has all tokens in
  ///   bucket 0
  void write(LshResult result, int rounds) throws IOException {
    if (InputFile.isNpy(path)) {
      Npy.write(path, result.output());
      return;
    }
    Hashes hashes = result.hashes();
    new SafetensorsWriter()
        .add("out", result.output())
        .add("logsumexp", result.logSumExp())
        .add("buckets", buckets(hashes, rounds), hashes.heads(), rounds, hashes.n())
        .write(path);
  }

  private static int[] buckets(Hashes hashes, int rounds) {
    int n = hashes.n();
    int[] all = new int[Tensor.sizeOf(hashes.heads(), rounds, n)];
    for (int head = 0; head < hashes.heads(); head++) {
      for (int round = 0; round < Math.min(rounds, hashes.rounds()); round++) {
        int[] ids = hashes.ids(0, head, round);
        System.arraycopy(ids, 0, all, (head * rounds + round) * n, n);
      }
    }
    return all;
  }
}
