package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdFileTest {
  private static final Vocabulary NARROW = new TokenCorpusTest.Characters();

  /// The same with ids that take four bytes.
  private static final Vocabulary WIDE =
      new TokenCorpusTest.Characters() {
        @Override
        public int size() {
          return (1 << 16) + 1;
        }
      };

  @TempDir private Path directory;
  private Path file;
  private List<Path> texts;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("x.ids");
    Path first = Files.writeString(directory.resolve("a"), "Zeile für Zeile, � 文\n".repeat(2000));
    Path empty = Files.createFile(directory.resolve("b"));
    Path last = Files.writeString(directory.resolve("c"), "no line break at the end");
    texts = List.of(first, empty, last);
  }

  @Test
  void aFileIsTheCorpusThatItWasMadeOf() throws IOException {
    for (Vocabulary vocabulary : List.of(NARROW, WIDE)) {
      Corpus.Counts counts = IdFile.write(file, texts, vocabulary);
      try (Corpus expected = TokenCorpus.encode(texts, vocabulary);
          Corpus found = IdFile.open(file, vocabulary)) {
        assertThat(found.length()).isEqualTo(expected.length()).isEqualTo(counts.ids());
        assertThat(found.bytes()).isEqualTo(expected.bytes()).isEqualTo(counts.bytes());
        assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
        int[] all = new int[(int) expected.length()];
        int[] same = all.clone();
        expected.read(0, all);
        found.read(0, same);
        assertThat(same).isEqualTo(all);
        for (long id = 0; id <= all.length; id += 997) {
          assertThat(found.cutBefore(id)).isEqualTo(expected.cutBefore(id));
          assertThat(found.bytesBefore(found.cutBefore(id)))
              .isEqualTo(expected.bytesBefore(expected.cutBefore(id)));
        }
        assertThatThrownBy(() -> found.read(all.length, new int[1]))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(counts).isEqualTo(Corpus.count(texts, vocabulary));
      assertThat(counts.files()).isEqualTo(3);
      assertThat(counts.longestLine()).isEqualTo(24);
      assertThat(IdFile.isOne(file)).isTrue();
      assertThat(IdFile.isOne(texts.getFirst())).isFalse();
      assertThat(IdFile.isOne(texts.get(1))).isFalse();
    }
  }

  @Test
  void anotherVocabularyIsRefused() throws IOException {
    IdFile.write(file, texts, NARROW);
    assertThatThrownBy(() -> IdFile.open(file, WIDE))
        .hasMessageContaining("holds ids of another vocabulary");
    assertThatThrownBy(() -> IdFile.open(file, Vocabulary.bytes()))
        .hasMessageContaining("holds ids of another vocabulary")
        .hasMessageContaining("bytes of 258");
  }

  @Test
  void anyDamageIsASentence() throws IOException {
    IdFile.write(file, texts, NARROW);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(5);
    List<byte[]> damaged = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] flipped = whole.clone();
      // Half of them among the numbers at the end.
      int at =
          i % 2 == 0
              ? 16 + random.nextInt(whole.length - 16)
              : whole.length - 1 - random.nextInt(80);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      damaged.add(flipped);
      damaged.add(Arrays.copyOf(whole, 16 + random.nextInt(whole.length - 16)));
    }
    damaged.add(Arrays.copyOf(whole, 16));
    damaged.add(Arrays.copyOf(whole, whole.length + 8));
    for (byte[] bytes : damaged) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> IdFile.open(file, NARROW))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("make it anew with data");
    }
  }

  @Test
  void aTextThatIsNoneLeavesNoFile() throws IOException {
    Path wrong = Files.write(directory.resolve("w"), new byte[] {(byte) 0xFF, 1});
    List<Path> all = List.of(texts.getFirst(), wrong);
    assertThatThrownBy(() -> IdFile.write(file, all, NARROW)).hasMessageContaining("not UTF-8");
    assertThat(file).doesNotExist();
  }
}
