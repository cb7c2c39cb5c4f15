package dev.reformer4j.train;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Texts that were turned into ids once, in a file that is mapped and not read: as large as the
/// disk, and there at once.
///
/// Little-endian: 16 bytes that say what it is; the ids, 2 bytes each where the vocabulary has at
/// most 65,536 and else 4, filled up to a multiple of 8; the ids before every [cut][Cuts], then the
/// bytes before it, 8 bytes each; and ten numbers of 8 bytes: bytes of an id, ids, cuts, bytes of
/// text, size and fingerprint of the vocabulary, a checksum of the text, one of all that stands
/// before, one of these numbers, and their count. They stand at the end, since they are known last.
public final class IdFile implements Corpus {
  private static final byte[] MAGIC = "reformer4j ids\n\1".getBytes(StandardCharsets.US_ASCII);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int NARROW = 1 << 16;
  private static final int NUMBERS = 10;
  private static final int FOOTER = NUMBERS * Long.BYTES;
  private static final int BLOCK = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final UnchangedFile file;
  private final MemorySegment bytes;
  private final Facts facts;
  private final Cuts cuts;
  private final String fingerprint;

  /// The numbers at the end of a file.
  ///
  /// @param width bytes of an id
  /// @param vocabulary its fingerprint
  /// @param text checksum of the text
  /// @param content checksum of all before the numbers
  private record Facts(
      long width,
      long ids,
      long cuts,
      long bytes,
      long size,
      long vocabulary,
      long text,
      long content) {
    private static Facts in(MemorySegment file) {
      long at = file.byteSize() - FOOTER;
      long[] n = file.asSlice(at, FOOTER).toArray(LONG);
      boolean whole = n[9] == NUMBERS && n[8] == checksum(Arrays.copyOf(n, 8));
      return whole ? new Facts(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]) : null;
    }

    private long[] numbers() {
      long[] first = {width, ids, cuts, bytes, size, vocabulary, text, content};
      long[] all = Arrays.copyOf(first, NUMBERS);
      all[8] = checksum(first);
      all[9] = NUMBERS;
      return all;
    }

    private static long checksum(long[] numbers) {
      ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
      bytes.asLongBuffer().put(numbers);
      CRC32C sum = new CRC32C();
      sum.update(bytes);
      return sum.getValue();
    }

    private long endOfIds() {
      return MAGIC.length + (ids * width + 7) / 8 * 8;
    }

    private boolean fits(long size) {
      return (width == 2 || width == 4)
          && ids >= 0
          && ids <= size
          && cuts >= 1
          && cuts <= size
          && endOfIds() + 2 * cuts * Long.BYTES + FOOTER == size;
    }
  }

  private IdFile(Path path, Vocabulary vocabulary) throws TensorFileException {
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      this.file = UnchangedFile.of(path);
      this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
      this.facts = checked(path, file, bytes, vocabulary);
      this.cuts = cuts(path, bytes, facts);
      this.fingerprint = PieceEncoder.fingerprint(facts.ids, facts.bytes, facts.text, vocabulary);
      opened = true;
    } catch (IOException e) {
      throw TensorFileException.reading(path, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /// Whether a file begins as one of these does.
  ///
  /// @throws TensorFileException if it cannot be read
  public static boolean isOne(Path path) throws TensorFileException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer first = ByteBuffer.allocate(MAGIC.length);
      while (first.hasRemaining() && channel.read(first) >= 0) {
        // as much as there is
      }
      return Arrays.equals(first.array(), MAGIC);
    } catch (IOException e) {
      throw TensorFileException.reading(path, e);
    }
  }

  /// Maps a file, and checks all of it.
  ///
  /// @throws TensorFileException if it cannot be read, is damaged, or is of another vocabulary
  public static IdFile open(Path path, Vocabulary vocabulary) throws TensorFileException {
    return new IdFile(path, vocabulary);
  }

  private static Facts checked(
      Path path, UnchangedFile file, MemorySegment bytes, Vocabulary vocabulary)
      throws TensorFileException {
    boolean longEnough = bytes.byteSize() >= MAGIC.length + FOOTER;
    Facts facts = longEnough ? Facts.in(bytes) : null;
    if (facts == null || !facts.fits(bytes.byteSize())) {
      throw damaged(path, "it does not end as it should");
    }
    if (facts.vocabulary != vocabulary.fingerprint() || facts.size != vocabulary.size()) {
      throw new TensorFileException(
          "%s holds ids of another vocabulary than that of the model (%s of %,d); make it anew with data --model"
              .formatted(path, vocabulary.kind(), vocabulary.size()));
    }
    CRC32C sum = new CRC32C();
    byte[] block = new byte[BLOCK];
    long end = bytes.byteSize() - FOOTER;
    for (long at = 0; at < end; at += BLOCK) {
      int count = (int) Math.min(BLOCK, end - at);
      long from = at;
      file.guard(() -> MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, block, 0, count));
      sum.update(block, 0, count);
    }
    if (sum.getValue() != facts.content) {
      throw damaged(path, "its checksum is another than it should be");
    }
    return facts;
  }

  private static Cuts cuts(Path path, MemorySegment bytes, Facts facts) throws TensorFileException {
    if (facts.cuts > Integer.MAX_VALUE / 2) {
      throw damaged(path, "it has " + facts.cuts + " places to cut");
    }
    long each = facts.cuts * Long.BYTES;
    long[] ids = bytes.asSlice(facts.endOfIds(), each).toArray(LONG);
    return new Cuts(ids, bytes.asSlice(facts.endOfIds() + each, each).toArray(LONG));
  }

  private static TensorFileException damaged(Path path, String why) {
    return new TensorFileException(path + " is damaged: " + why + "; make it anew with data --out");
  }

  /// Encodes files into a file, which is there whole or not at all.
  ///
  /// @return what was found
  /// @throws IOException if a text cannot be read or is not UTF-8, or the file cannot be written
  public static Counts write(Path path, List<Path> texts, Vocabulary vocabulary)
      throws IOException {
    Counts[] counts = new Counts[1];
    AtomicFile.write(
        path,
        out -> {
          Writing writing = new Writing(out, vocabulary.size() <= NARROW ? 2 : 4);
          PieceEncoder encoder = new PieceEncoder(vocabulary, writing);
          encoder.encode(texts);
          counts[0] = encoder.counts(texts.size());
          writing.end(vocabulary, counts[0].bytes(), encoder.checksum());
        });
    return counts[0];
  }

  /// A file that is written from begin to end.
  private static final class Writing implements PieceEncoder.Sink {
    private final WritableByteChannel out;
    private final int width;
    private final Cuts.Growing cuts = new Cuts.Growing();
    private final CRC32C sum = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private long count;

    Writing(WritableByteChannel out, int width) {
      this.out = out;
      this.width = width;
      buffer.put(MAGIC);
    }

    @Override
    public void cut(long bytes) {
      cuts.add(count, bytes);
    }

    @Override
    public void ids(int[] ids) throws IOException {
      for (int id : ids) {
        room();
        if (width == 2) {
          buffer.putShort((short) id);
        } else {
          buffer.putInt(id);
        }
      }
      count += ids.length;
    }

    private void room() throws IOException {
      if (buffer.remaining() < Long.BYTES) {
        flush();
      }
    }

    private void flush() throws IOException {
      buffer.flip();
      sum.update(buffer.duplicate());
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
    }

    private void longs(long[] numbers) throws IOException {
      for (long number : numbers) {
        room();
        buffer.putLong(number);
      }
    }

    void end(Vocabulary vocabulary, long bytes, long checksum) throws IOException {
      for (long at = count * width; at % Long.BYTES != 0; at++) {
        room();
        buffer.put((byte) 0);
      }
      Cuts all = cuts.done();
      longs(all.ids());
      longs(all.bytes());
      flush();
      Facts facts =
          new Facts(
              width,
              count,
              all.ids().length,
              bytes,
              vocabulary.size(),
              vocabulary.fingerprint(),
              checksum,
              sum.getValue());
      longs(facts.numbers());
      flush();
    }
  }

  @Override
  public long length() {
    return facts.ids;
  }

  @Override
  public void read(long from, int[] ids) {
    Objects.checkFromIndexSize(from, ids.length, length());
    file.guard(() -> {
      for (int i = 0; i < ids.length; i++) {
        long at = MAGIC.length + (from + i) * facts.width;
        ids[i] = facts.width == 2 ? bytes.get(SHORT, at) & 0xFFFF : bytes.get(INT, at);
      }
    });
  }

  @Override
  public long cutBefore(long id) {
    return cuts.before(id);
  }

  @Override
  public long bytesBefore(long cut) {
    return cuts.bytesBefore(cut);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    arena.close();
  }
}
