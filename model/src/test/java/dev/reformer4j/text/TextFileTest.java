package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  @TempDir Path directory;

  @Test
  void utf8ComesBackAsItIs() throws IOException {
    String text = "\uFEFFé \uFFFD\r\n\0😀";
    assertThat(TextFile.read(file(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
    assertThat(TextFile.read(file(new byte[0]))).isEmpty();
  }

  @Test
  void theFirstInvalidByteIsNamedWithTheWayOut() throws IOException {
    assertThatThrownBy(() -> TextFile.read(file("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("byte 3 (0xE9) is not UTF-8")
        .hasMessageContaining("iconv -f WINDOWS-1252 -t UTF-8");
  }

  @Test
  void aCharacterCutAtTheEndIsInvalidWhereItBegins() throws IOException {
    byte[] longText = ("x".repeat(20_000) + "\uFFFD€").getBytes(StandardCharsets.UTF_8);
    byte[] cut = Arrays.copyOf(longText, longText.length - 1);
    assertThatThrownBy(() -> TextFile.read(file(cut))).hasMessageContaining("byte 20003 (0xE2)");
  }

  @Test
  void utf16IsRecognised() {
    assertThatThrownBy(() -> TextFile.read(file("\uFEFFhello".getBytes(StandardCharsets.UTF_16LE))))
        .hasMessageContaining("byte 0 (0xFF)")
        .hasMessageContaining("iconv -f UTF-16 -t UTF-8");
  }

  @Test
  void whatIsNoFileIsSaid() {
    assertThatThrownBy(() -> TextFile.read(directory)).hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> TextFile.read(directory.resolve("none")))
        .hasMessageContaining("there is no such file");
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("text"), bytes);
  }
}
