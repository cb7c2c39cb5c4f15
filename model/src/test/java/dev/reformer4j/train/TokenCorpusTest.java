package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Decoder;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCorpusTest {
  private static final int EOS = 1;
  private static final int BEGIN = 7;

  @TempDir Path directory;

  /// Every character is an id, and every text gets a special token in front, as some tokenizers do
  /// it.
  static class Characters implements Vocabulary {
    @Override
    public String kind() {
      return "characters";
    }

    @Override
    public int size() {
      return 1 << 16;
    }

    @Override
    public Encoding encoding(String text) {
      int n = text.length() + 1;
      Encoding encoding = new Encoding(new int[n], new int[n], new int[n], new int[n]);
      encoding.ids()[0] = BEGIN;
      encoding.texts()[0] = Encoding.SPECIAL;
      for (int i = 1; i < n; i++) {
        encoding.ids()[i] = text.charAt(i - 1);
      }
      return encoding;
    }

    @Override
    public Encoding encoding(String first, String second) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String decode(int... ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Decoder decoder() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalInt padId() {
      return OptionalInt.empty();
    }

    @Override
    public OptionalInt eosId() {
      return OptionalInt.of(EOS);
    }

    @Override
    public void saveTo(Path directory) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static int[] all(Corpus corpus) {
    int[] ids = new int[(int) corpus.length()];
    corpus.read(0, ids);
    return ids;
  }

  @Test
  void textsFollowEachOtherWithAnEndBehindEach() throws IOException {
    Corpus corpus =
        TokenCorpus.encode(
            List.of(file("a", "ab"), file("b", ""), file("c", "ö")), new Characters());
    assertThat(all(corpus)).containsExactly('a', 'b', EOS, EOS, 'ö', EOS);
    assertThat(corpus.bytes()).isEqualTo(4);
    assertThat(corpus.idsPerByte()).isEqualTo(6 / 4.0);
    assertThatThrownBy(() -> corpus.read(5, new int[2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void longTextsAreEncodedInPiecesThatEndWithALineAndLoseNothing() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append("line ").append(i).append(i % 7 == 0 ? " äöü 𝄞\n" : "\n");
    }
    Corpus corpus = TokenCorpus.encode(List.of(file("a", text.toString())), new Characters());
    int[] expected = text.chars().toArray();
    int[] found = all(corpus);
    assertThat(Arrays.copyOf(found, expected.length)).isEqualTo(expected);
    assertThat(found).endsWith(EOS).hasSize(expected.length + 1);
    long cut = corpus.cutBefore(corpus.length() / 2);
    assertThat(cut).isBetween(1L, corpus.length() / 2);
    assertThat(found[(int) cut - 1]).isEqualTo('\n');
    String before = text.substring(0, (int) cut);
    assertThat(corpus.bytesBefore(cut)).isEqualTo(before.getBytes(StandardCharsets.UTF_8).length);
    CorpusSlice end = new CorpusSlice(corpus, cut, corpus.length());
    assertThat(end.bytes() + corpus.bytesBefore(cut)).isEqualTo(corpus.bytes());
    assertThat(corpus.bytes()).isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void noPieceEndsWithinACharacter() throws IOException {
    String text = "x" + "𝄞".repeat(300_000);
    Corpus corpus = TokenCorpus.encode(List.of(file("a", text)), new Characters());
    for (long id = 1; id < corpus.length(); id += 997) {
      int at = (int) corpus.cutBefore(id);
      assertThat(at == 0 || Character.isHighSurrogate(text.charAt(at))).as("cut %d", at).isTrue();
    }
  }

  @Test
  void theFingerprintTellsTextsAndVocabulariesApart() throws IOException {
    List<Path> files = List.of(file("a", "abc"));
    String one = TokenCorpus.encode(files, new Characters()).fingerprint();
    assertThat(TokenCorpus.encode(files, new Characters()).fingerprint()).isEqualTo(one);
    assertThat(TokenCorpus.encode(files, Vocabulary.bytes()).fingerprint()).isNotEqualTo(one);
    file("a", "abd");
    assertThat(TokenCorpus.encode(files, new Characters()).fingerprint()).isNotEqualTo(one);
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("x"), new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> TokenCorpus.encode(List.of(file), new Characters()))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("not UTF-8");
  }
}
