package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Attended.Rule;
import dev.reformer4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

/// A whole bacterial genome in one call.
///
/// Every base becomes a vector by hashing k-mers, the runs of k = 8 bases: each of the 65,536
/// k-mers has a random vector, drawn from a seed. The query/key vector of a base is the sum of the
/// vectors of the k-mers that end in the last 32 (head 0) or 128 (head 1) bases, so that stretches
/// that share most of their k-mers, such as repeated genes, point in nearly one direction and share
/// buckets. The value of a base is the vector of the k-mer that ends there. Anything but A, C, G
/// and T counts as A.
final class Genome {
  private static final int HEADS = 2;
  private static final int WIDTH = 64;
  private static final int K = 8;
  private static final int KMERS = 1 << (2 * K);

  /// The bases that one query/key vector sums over, by head.
  private static final int[] WINDOWS = {32, 128};

  private static final LshConfig CONFIG = LshConfig.defaults().withCausal(true);

  private Genome() {}

  /// Reads, embeds, attends, checks.
  static JsonLine measure(Path fasta, int threads) throws IOException {
    byte[] bases = read(fasta);
    try (Workers workers = Workers.of(threads)) {
      Subject warm = Subject.lsh(HEADS, 65_536, WIDTH, CONFIG.rounds(), CONFIG.buckets());
      Repeated.repeat(() -> warm.forward(workers), Duration.ofSeconds(6));
      AttentionInput input = embed(bases);
      long before = Allocations.live();
      LshAttention attention = new LshAttention(CONFIG, Rotations.seeded(7));
      long start = System.nanoTime();
      LshResult result = attention.forward(input, workers);
      double ms = (System.nanoTime() - start) / 1e6;
      long kept = Allocations.live() - before;
      Windows.Window window = Windows.lsh(CONFIG, result.hashes(), HEADS - 1);
      Checks.outputs(input, result, HEADS - 1, 16, window, true, Rule.SHARED);
      return new JsonLine()
          .with("n", bases.length)
          .with("heads", HEADS)
          .with("width", WIDTH)
          .with("threads", threads)
          .with("hashes", result.hashes())
          .with("ms", ms)
          .with("inputMiB", before >> 20)
          .with("keptMiB", kept >> 20)
          .with("heapMiB", Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  /// The bases of a FASTA file, gzipped.
  ///
  /// @throws IOException if it cannot be read or holds none
  static byte[] read(Path fasta) throws IOException {
    ByteArrayOutputStream bases = new ByteArrayOutputStream();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(fasta)), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(">")) {
          bases.writeBytes(line.strip().getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
    if (bases.size() == 0) {
      throw new IOException(fasta + " holds no bases; give a gzipped FASTA file");
    }
    return bases.toByteArray();
  }

  /// The vectors of all bases, `[2, n, 64]`.
  static AttentionInput embed(byte[] bases) {
    int n = bases.length;
    int[] kmers = kmers(bases);
    Tensor qk = Tensor.zeros(HEADS, n, WIDTH);
    Tensor value = Tensor.zeros(HEADS, n, WIDTH);
    for (int head = 0; head < HEADS; head++) {
      float[] table = RandomTensors.of(100 + head, KMERS, WIDTH).data();
      double[] sum = new double[WIDTH];
      for (int i = 0; i < n; i++) {
        add(table, kmers[i], 1, sum);
        if (i >= WINDOWS[head]) {
          add(table, kmers[i - WINDOWS[head]], -1, sum);
        }
        int row = (head * n + i) * WIDTH;
        for (int c = 0; c < WIDTH; c++) {
          qk.data()[row + c] = (float) sum[c];
        }
        System.arraycopy(table, kmers[i] * WIDTH, value.data(), row, WIDTH);
      }
    }
    return AttentionInput.shared(qk, value);
  }

  private static void add(float[] table, int kmer, int sign, double[] sum) {
    for (int c = 0; c < WIDTH; c++) {
      sum[c] += sign * table[kmer * WIDTH + c];
    }
  }

  /// The number of the k-mer that ends at every base, two bits a base.
  static int[] kmers(byte[] bases) {
    int[] kmers = new int[bases.length];
    int last = 0;
    for (int i = 0; i < bases.length; i++) {
      last = (last << 2 | code(bases[i])) & (KMERS - 1);
      kmers[i] = last;
    }
    return kmers;
  }

  private static int code(byte base) {
    return switch (base) {
      case 'C', 'c' -> 1;
      case 'G', 'g' -> 2;
      case 'T', 't' -> 3;
      default -> 0;
    };
  }
}
