package dev.reformer4j.generate;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Vocabulary;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/// A session in one file, big-endian:
///
/// | bytes | what |
/// |---|---|
/// | 8 | `R4JSESS1` |
/// | 4 + f | length and bytes of the model's [fingerprint][NextLogits#fingerprint] |
/// | 4 + 4·n | the number of ids, and the ids |
/// | p | the past, perhaps nothing |
/// | 8 | CRC-32C of everything before |
///
/// Without a past the session goes on as well; the model reads its ids again.
final class SessionFile {
  private static final long MAGIC = 0x52344A5345535331L;
  private static final int CHECKSUM = Long.BYTES;
  private static final int BUFFER = 1 << 16;

  private SessionFile() {}

  static void write(
      Path file, NextLogits model, int[] ids, Optional<? extends NextLogits.Past> past)
      throws TensorFileException {
    byte[] fingerprint = model.fingerprint();
    AtomicFile.write(
        file,
        channel -> {
          CRC32C checksum = new CRC32C();
          DataOutputStream out =
              new DataOutputStream(
                  new BufferedOutputStream(
                      new CheckedOutputStream(Channels.newOutputStream(channel), checksum),
                      BUFFER));
          out.writeLong(MAGIC);
          out.writeInt(fingerprint.length);
          out.write(fingerprint);
          out.writeInt(ids.length);
          for (int id : ids) {
            out.writeInt(id);
          }
          if (past.isPresent()) {
            past.get().write(out);
          }
          out.flush();
          out.writeLong(checksum.getValue());
          out.flush();
        });
  }

  static Session read(Path file, NextLogits model, Vocabulary vocabulary)
      throws TensorFileException {
    try {
      if (Files.isDirectory(file)) {
        throw new TensorFileException(
            "cannot read " + file + ": it is a directory; name a file in it");
      }
      long content = Files.size(file) - CHECKSUM;
      checkWhole(file, content);
      try (InputStream stream = Files.newInputStream(file)) {
        Limited limited = new Limited(new BufferedInputStream(stream, BUFFER), content);
        return read(file, limited, model, vocabulary);
      }
    } catch (IOException e) {
      throw TensorFileException.reading(file, e);
    }
  }

  /// Checks that it is a session at all, and unchanged.
  private static void checkWhole(Path file, long content) throws IOException {
    try (InputStream stream = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, BUFFER))) {
      in.mark(Long.BYTES);
      if (content < Long.BYTES || in.readLong() != MAGIC) {
        throw wrong(file, "is not a saved session; name a file that was saved as one");
      }
      in.reset();
      CRC32C checksum = new CRC32C();
      byte[] buffer = new byte[BUFFER];
      for (long left = content; left > 0; ) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(left, BUFFER));
        if (read == 0) {
          throw damaged(file, "it became shorter while it was read");
        }
        checksum.update(buffer, 0, read);
        left -= read;
      }
      if (in.readLong() != checksum.getValue()) {
        throw damaged(file, "its checksum does not agree with its content");
      }
    }
  }

  private static Session read(Path file, Limited content, NextLogits model, Vocabulary vocabulary)
      throws IOException {
    DataInputStream in = new DataInputStream(content);
    in.readLong();
    if (!Arrays.equals(in.readNBytes(length(file, in, content, 1)), model.fingerprint())) {
      throw wrong(
          file,
          "was saved with another model, or before this one changed, so its memory of the text"
              + " does not fit; load the model it was saved with, or begin a new session");
    }
    int[] ids = new int[length(file, in, content, Integer.BYTES)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readInt();
    }
    Optional<NextLogits.Past> past = Optional.empty();
    try {
      if (content.left() > 0) {
        past = Optional.of(model.readPast(in));
      }
      if (content.left() > 0 || past.map(NextLogits.Past::length).orElse(0) > ids.length) {
        throw damaged(file, "its memory is not one of its text");
      }
      Session session = new Session(model, vocabulary, true);
      session.append(ids);
      past.ifPresent(session::giveBack);
      return session;
    } catch (EOFException _) {
      throw damaged(file, "it ends too early");
    } catch (IllegalArgumentException e) {
      throw damaged(file, e.getMessage());
    }
  }

  private static int length(Path file, DataInputStream in, Limited content, int size)
      throws IOException {
    int length = content.left() < Integer.BYTES ? -1 : in.readInt();
    if (length < 0 || (long) length * size > content.left()) {
      throw damaged(file, "it ends too early");
    }
    return length;
  }

  private static TensorFileException damaged(Path file, String how) {
    return wrong(file, "is damaged: " + how + "; use another copy, or begin a new session");
  }

  private static TensorFileException wrong(Path file, String what) {
    return new TensorFileException(file + " " + what);
  }

  /// A stream up to a length.
  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    long left() {
      return left;
    }

    @Override
    public int read() throws IOException {
      int next = left == 0 ? -1 : in.read();
      left -= next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most = (int) Math.min(length, left);
      int read = most == 0 && length > 0 ? -1 : in.read(bytes, offset, most);
      left -= Math.max(read, 0);
      return read;
    }
  }
}
