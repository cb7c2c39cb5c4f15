package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
  @TempDir Path directory;

  private final Generator generator = new Generator(new ToyModel(258, 20, 3), Vocabulary.bytes());
  private Path file;
  private byte[] whole;

  @BeforeEach
  void save() throws Exception {
    file = directory.resolve("session");
    Session session = generator.newSession();
    session.append("abc");
    generator.goOn(session, GenerateRequest.of(Sampling.random(1), 4), TextListener.none());
    session.save(file);
    whole = Files.readAllBytes(file);
  }

  private void assertRefused(byte[] bytes, String... parts) throws Exception {
    Files.write(file, bytes);
    assertThatThrownBy(() -> generator.restore(file))
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void everyFlippedBitIsFound() throws Exception {
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(flipped, bit < 64 ? "is not a saved session" : "is damaged");
    }
  }

  @Test
  void everyTruncationIsFound() throws Exception {
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), length < 16 ? "is not a saved" : "is damaged");
    }
  }

  /// Somebody who knows the format can do no harm either.
  @Test
  void whatHasTheRightChecksumIsCheckedToo() throws Exception {
    int fingerprint = 8;
    int count = fingerprint + 4 + 8;
    int past = count + 4 + 7 * 4;
    assertRefused(with(fingerprint, Integer.MAX_VALUE), "is damaged: it ends too early");
    assertRefused(with(fingerprint, -1), "is damaged: it ends too early");
    assertRefused(with(fingerprint, 7), "was saved with another model");
    assertRefused(with(fingerprint + 4, 99), "was saved with another model");
    assertRefused(with(count, Integer.MAX_VALUE), "is damaged: it ends too early");
    assertRefused(with(count, Integer.MIN_VALUE), "is damaged: it ends too early");
    assertRefused(with(count, 8), "is damaged: it ends too early");
    assertRefused(with(count, 6), "is damaged: its memory is not one of its text");
    assertRefused(with(count + 4, 258), "is damaged: id 258 is not in the model's vocabulary");
    assertRefused(with(past + 8, 8), "is damaged: its memory is not one of its text");
    assertRefused(sealed(Arrays.copyOf(whole, past + 3)), "is damaged: it ends too early");
    assertRefused(sealed(Arrays.copyOf(whole, 8)), "is damaged: it ends too early");
  }

  @Test
  void aSessionWithoutAPastIsReadAgain() throws Exception {
    Files.write(file, sealed(Arrays.copyOf(whole, 8 + 4 + 8 + 4 + 7 * 4)));
    Session restored = generator.restore(file);
    assertThat(restored.length()).isEqualTo(7);
    generator.goOn(restored, GenerateRequest.of(Sampling.random(1), 3), TextListener.none());
    Session unbroken = generator.newSession();
    unbroken.append("abc");
    generator.goOn(unbroken, GenerateRequest.of(Sampling.random(1), 7), TextListener.none());
    assertThat(restored.ids()).isEqualTo(unbroken.ids());
  }

  private byte[] with(int offset, int number) {
    byte[] changed = whole.clone();
    ByteBuffer.wrap(changed).putInt(offset, number);
    return sealed(Arrays.copyOf(changed, whole.length - 8));
  }

  private static byte[] sealed(byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    byte[] sealed = Arrays.copyOf(content, content.length + 8);
    ByteBuffer.wrap(sealed).putLong(content.length, checksum.getValue());
    return sealed;
  }

  @Test
  void anotherModelIsRefusedWithAWayOut() {
    Generator other = new Generator(new ToyModel(258, 20, 4), Vocabulary.bytes());
    assertThatThrownBy(() -> other.restore(file))
        .isInstanceOf(TensorFileException.class)
        .hasMessage(
            file
                + " was saved with another model, or before this one changed, so its memory of the"
                + " text does not fit; load the model it was saved with, or begin a new session");
  }

  @Test
  void thereMustBeAFile() {
    assertThatThrownBy(() -> generator.restore(directory))
        .isInstanceOf(TensorFileException.class)
        .hasMessage("cannot read " + directory + ": it is a directory; name a file in it");
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> generator.restore(none))
        .isInstanceOf(TensorFileException.class)
        .hasMessage("cannot read " + none + ": there is no such file; check the path");
  }
}
