package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ByteCorpusTest {
  @TempDir Path directory;

  private Path file(String name, int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Files.write(directory.resolve(name), content);
  }

  @Test
  void filesFollowEachOtherAndEveryByteIsAnId() throws IOException {
    List<Path> files =
        List.of(file("a", 0, 1), file("b"), file("c", 255, 128), file("d"), file("e", 7));
    try (Corpus corpus = ByteCorpus.open(files)) {
      assertThat(corpus.length()).isEqualTo(5);
      assertThat(corpus.bytes()).isEqualTo(5);
      int[] all = {2, 3, 257, 130, 9};
      for (int from = 0; from <= 5; from++) {
        for (int n = 0; from + n <= 5; n++) {
          int[] ids = new int[n];
          corpus.read(from, ids);
          assertThat(ids).isEqualTo(Arrays.copyOfRange(all, from, from + n));
        }
      }
      assertThatThrownBy(() -> corpus.read(4, new int[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void theFingerprintTellsTextsApart() throws IOException {
    try (Corpus one = ByteCorpus.open(List.of(file("a", 1, 2, 3)));
        Corpus same = ByteCorpus.open(List.of(file("b", 1), file("c", 2, 3)));
        Corpus other = ByteCorpus.open(List.of(file("d", 1, 3, 2)))) {
      assertThat(same.fingerprint()).isEqualTo(one.fingerprint());
      assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
    }
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThatThrownBy(() -> ByteCorpus.open(List.of(directory.resolve("none"))))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("none");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void dataThatChangeWhileTheyAreReadAreFoundOut() throws IOException {
    Path file = Files.write(directory.resolve("x"), new byte[100_000]);
    try (Corpus corpus = ByteCorpus.open(List.of(file))) {
      corpus.read(99_000, new int[1000]);
      Files.write(file, new byte[10]);
      assertThatThrownBy(() -> corpus.read(99_000, new int[1000]))
          .isInstanceOf(TrainingStopped.class)
          .hasMessageContaining("has changed while it was read");
    }
  }

  @Test
  void aSliceIsAPartOfTheWhole() throws IOException {
    try (Corpus corpus = ByteCorpus.open(List.of(file("a", 10, 11, 12, 13, 14)))) {
      CorpusSlice slice = new CorpusSlice(corpus, 1, 4);
      assertThat(slice.length()).isEqualTo(3);
      assertThat(slice.bytes()).isEqualTo(3);
      int[] ids = new int[2];
      slice.read(1, ids);
      assertThat(ids).containsExactly(14, 15);
      assertThatThrownBy(() -> slice.read(2, ids)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(slice.fingerprint()).isNotEqualTo(new CorpusSlice(corpus, 0, 3).fingerprint());
      assertThatThrownBy(() -> new CorpusSlice(corpus, 2, 6))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
