package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  private static AtomicFile.Content bytes(String text) {
    return out -> out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void assertThatOnlyRemain(String... names) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void aFileIsCreatedThenReplacedAndNothingElseRemains() throws IOException {
    Path file = directory.resolve("x");
    AtomicFile.write(file, bytes("one"));
    assertThat(file).hasContent("one");
    AtomicFile.writeText(file, "zwei — ü 😀");
    assertThat(file).hasContent("zwei — ü 😀");
    AtomicFile.write(file, _ -> {});
    assertThat(file).isEmptyFile();
    assertThatOnlyRemain("x");
  }

  @Test
  void untilTheContentIsWholeThePreviousFileIsThere() throws IOException {
    Path file = directory.resolve("x");
    AtomicFile.write(file, bytes("before"));
    AtomicFile.write(
        file,
        out -> {
          out.write(ByteBuffer.wrap(new byte[] {'a'}));
          assertThat(file).hasContent("before");
          out.write(ByteBuffer.wrap(new byte[] {'b'}));
        });
    assertThat(file).hasContent("ab");
  }

  @Test
  void contentMayCloseItsChannel() throws IOException {
    Path file = directory.resolve("x");
    AtomicFile.write(
        file,
        out -> {
          try (OutputStream stream = Channels.newOutputStream(out)) {
            stream.write('a');
          }
        });
    assertThat(file).hasContent("a");
  }

  @Test
  void aFullDiskLeavesThePreviousFileAndNoTrace() throws IOException {
    Path file = directory.resolve("x");
    AtomicFile.write(file, bytes("before"));
    AtomicFile.Content failing =
        out -> {
          out.write(ByteBuffer.allocate(1000));
          throw new IOException("No space left on device");
        };
    assertThatThrownBy(() -> AtomicFile.write(file, failing))
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessage(
            "cannot write "
                + file
                + ": No space left on device; choose another place, or make room and allow writing"
                + " there");
    assertThat(file).hasContent("before");
    assertThatThrownBy(() -> AtomicFile.write(directory.resolve("new"), failing))
        .isInstanceOf(TensorFileException.class);
    assertThatOnlyRemain("x");
  }

  @Test
  void anExceptionOfTheContentPassesThroughAndLeavesNoTrace() throws IOException {
    Path file = directory.resolve("x");
    AtomicFile.write(file, bytes("before"));
    IllegalStateException failure = new IllegalStateException("mine");
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                _ -> {
                  throw failure;
                }))
        .isSameAs(failure);
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                _ -> {
                  throw new OutOfMemoryError("mine");
                }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(file).hasContent("before");
    assertThatOnlyRemain("x");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aRealFullDeviceIsASentence() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    assertThatThrownBy(() -> new SafetensorsWriter().add("a", Tensor.zeros(100_000)).write(full))
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("cannot write /dev/full: No space left on device; ");
    assertThat(Files.isRegularFile(full)).isFalse();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aDeviceIsWrittenToAndNotReplaced() throws IOException {
    Path none = Path.of("/dev/null");
    Path link = Files.createSymbolicLink(directory.resolve("link"), none);
    AtomicFile.write(none, bytes("x"));
    AtomicFile.write(link, bytes("x"));
    assertThat(Files.isRegularFile(none)).isFalse();
    assertThat(link).isSymbolicLink();
    Files.delete(link);
  }

  @Test
  void aDirectoryOrAPlaceThatIsNotThereIsASentence() throws IOException {
    assertThatThrownBy(() -> AtomicFile.write(directory, bytes("x")))
        .hasMessage("cannot write " + directory + ": it is a directory; name a file in it");
    assertThatThrownBy(() -> AtomicFile.write(Path.of("/"), bytes("x")))
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> AtomicFile.write(Path.of(""), bytes("x")))
        .hasMessageContaining("it is a directory");
    Path nowhere = directory.resolve("nowhere").resolve("x");
    assertThatThrownBy(() -> AtomicFile.write(nowhere, bytes("x")))
        .hasMessage(
            "cannot write "
                + nowhere
                + ": its directory does not exist; create it, or choose another");
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> AtomicFile.write(file.resolve("x"), bytes("x")))
        .isExactlyInstanceOf(TensorFileException.class);
    assertThatOnlyRemain("file");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anUnwritableDirectoryIsASentenceAndKeepsItsFile() throws IOException {
    Path locked = Files.createDirectory(directory.resolve("locked"));
    Path file = Files.writeString(locked.resolve("x"), "before");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeTrue(!Files.isWritable(locked), "the superuser may write anywhere");
      assertThatThrownBy(() -> AtomicFile.write(file, bytes("x")))
          .hasMessageStartingWith("cannot write " + file + ": permission denied; ");
      assertThat(file).hasContent("before");
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aReadOnlyFileIsNotReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("x"), "before");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assumeTrue(!Files.isWritable(file), "the superuser may write anything");
    assertThatThrownBy(() -> AtomicFile.write(file, bytes("x")))
        .hasMessage(
            "cannot write " + file + ": it is read-only; make it writable, or choose another name");
    assertThat(file).hasContent("before");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void permissionsOfAReplacedFileStay() throws IOException {
    Path file = Files.writeString(directory.resolve("x"), "before");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    AtomicFile.write(file, bytes("after"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aNewFileHasTheSamePermissionsAsAnyOther() throws IOException {
    Path usual = Files.createFile(directory.resolve("usual"));
    Path file = directory.resolve("x");
    AtomicFile.write(file, bytes("x"));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void symbolicLinksStayAndTheirTargetsAreReplaced() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path target = Files.writeString(elsewhere.resolve("target"), "before");
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("target"));
    Path first = Files.createSymbolicLink(directory.resolve("first"), Path.of("elsewhere/second"));
    AtomicFile.write(first, bytes("after"));
    assertThat(first).isSymbolicLink();
    assertThat(second).isSymbolicLink();
    assertThat(target).isRegularFile().hasContent("after");

    Path dangling =
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("elsewhere/new"));
    AtomicFile.write(dangling, bytes("made"));
    assertThat(dangling).isSymbolicLink();
    assertThat(elsewhere.resolve("new")).hasContent("made");

    Path linked = Files.createSymbolicLink(directory.resolve("linked"), elsewhere);
    Path up = Files.createSymbolicLink(elsewhere.resolve("up"), Path.of("../above"));
    AtomicFile.write(linked.resolve("up"), bytes("up"));
    assertThat(up).isSymbolicLink();
    assertThat(directory.resolve("above")).hasContent("up");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLoopOfLinksIsASentence() throws IOException {
    Path a = directory.resolve("a");
    Files.createSymbolicLink(directory.resolve("b"), Path.of("a"));
    Files.createSymbolicLink(a, Path.of("b"));
    assertThatThrownBy(() -> AtomicFile.write(a, bytes("x")))
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("cannot write " + a);
  }

  @Test
  void theLongestNameIsWritten() throws IOException {
    Path file = directory.resolve("x".repeat(255));
    AtomicFile.write(file, bytes("x"));
    assertThat(file).hasContent("x");
  }

  @Test
  void anInterruptIsASentenceAndKeepsThePreviousFile() throws IOException {
    Path file = Files.writeString(directory.resolve("x"), "before");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AtomicFile.write(file, bytes("x")))
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("cannot write " + file + ": interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(file).hasContent("before");
    assertThatOnlyRemain("x");
  }

  @Test
  void writersOfTheSameFileNeverMix() throws Exception {
    Path file = directory.resolve("x");
    Thread[] writers = new Thread[8];
    for (int w = 0; w < writers.length; w++) {
      String content = Character.toString('a' + w).repeat(100_000);
      writers[w] =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; i < 20; i++) {
                    AtomicFile.write(file, out -> halves(out, content));
                  }
                } catch (TensorFileException e) {
                  throw new AssertionError(e);
                }
              });
    }
    while (Stream.of(writers).anyMatch(Thread::isAlive)) {
      if (Files.exists(file)) {
        assertThat(Files.readString(file).chars().distinct().count()).isEqualTo(1);
      }
    }
    assertThat(file).hasSize(100_000);
    assertThatOnlyRemain("x");
  }

  private static void halves(WritableByteChannel out, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    out.write(ByteBuffer.wrap(bytes, 0, bytes.length / 2));
    out.write(ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2));
  }
}
