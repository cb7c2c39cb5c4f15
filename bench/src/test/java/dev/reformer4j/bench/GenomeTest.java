package dev.reformer4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.AttentionInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenomeTest {
  @TempDir Path folder;

  @Test
  void headersAreNoBases() throws IOException {
    assertThat(Genome.read(fasta(">title\nACGT\nNN\n>more\nac\n")))
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("ACGTNNac");
  }

  @Test
  void aFileWithoutBasesIsRefused() throws IOException {
    Path empty = fasta(">title\n");
    assertThatThrownBy(() -> Genome.read(empty)).hasMessageContaining("holds no bases");
  }

  @Test
  void aKmerIsItsLastEightBases() {
    int[] kmers = Genome.kmers("ACGTACGTACGTTTTTTTTT".getBytes(StandardCharsets.US_ASCII));
    assertThat(kmers[7]).isEqualTo(0x1B1B).isEqualTo(kmers[11]);
    assertThat(kmers[19]).isEqualTo(0xFFFF);
  }

  /// Repeated stretches are what the vectors are for.
  @Test
  void aRepeatPointsInTheSameDirection() {
    byte[] bases = new byte[1000];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < bases.length; i++) {
      bases[i] = (byte) "ACGT".charAt(random.nextInt(4));
    }
    System.arraycopy(bases, 100, bases, 700, 200);
    AttentionInput input = Genome.embed(bases);
    for (int head = 0; head < 2; head++) {
      assertThat(cosine(input, head, 290, 890)).isGreaterThan(0.999);
      assertThat(Math.abs(cosine(input, head, 290, 600))).isLessThan(0.6);
    }
  }

  private static double cosine(AttentionInput input, int head, int i, int j) {
    double dot = 0;
    double first = 0;
    double second = 0;
    for (int c = 0; c < input.dQk(); c++) {
      double a = input.query().data()[(head * input.n() + i) * input.dQk() + c];
      double b = input.query().data()[(head * input.n() + j) * input.dQk() + c];
      dot += a * b;
      first += a * a;
      second += b * b;
    }
    return dot / Math.sqrt(first * second);
  }

  private Path fasta(String text) throws IOException {
    Path file = folder.resolve("some.fna.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }
}
