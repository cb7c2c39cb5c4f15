package dev.reformer4j.checkpoint;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// NumPy's `.npy` files: one array each. Versions 1.0, 2.0 and 3.0 are read, of either byte order,
/// in C or Fortran order, and given in C order; version 1.0, little-endian, in C order is written,
/// byte for byte as `numpy.save` does. Whatever follows the array is refused.
///
/// | dtype | read as |
/// |---|---|
/// | `f4` | [#floats], bit by bit, NaN payloads included |
/// | `f2` | [#floats], exactly; a NaN stays a NaN |
/// | `f8` | [#floats], rounded to the nearest; a finite number beyond float32 is refused |
/// | `i1` … `i8`, `u1` … `u8`, `b1` | [#ints] and [#longs]; a number that does not fit is refused |
///
/// An open file is mapped; its header has been checked and no data touched.
public final class Npy implements AutoCloseable {
  /// NumPy makes the header and what precedes it a multiple of this.
  private static final int ALIGNMENT = 64;

  private static final int PREFIX = NpyHeader.MAGIC_BYTES + 4;
  private static final int MOST_AXES = 64;

  private final MappedFile file;
  private final NpyHeader header;

  private Npy(MappedFile file) throws TensorFileException {
    this.file = file;
    this.header = NpyHeader.read(file);
  }

  /// Opens a file and checks its header.
  ///
  /// @throws TensorFileException if it cannot be read, or breaks a rule of the format
  public static Npy open(Path path) throws TensorFileException {
    return over(MappedFile.open(path));
  }

  /// The same over a map that is already there, which is closed with it or if the header is bad.
  static Npy over(MappedFile file) throws TensorFileException {
    try {
      return new Npy(file);
    } catch (TensorFileException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /// What the header says; the name is empty.
  public TensorInfo info() {
    return header.info();
  }

  /// Reads `f2`, `f4` or `f8` numbers.
  ///
  /// @throws TensorFileException if the dtype is another, the array is larger than one of Java's or
  ///   than the heap, or a finite number exceeds float32
  public Tensor floats() throws TensorFileException {
    float[] numbers = elements().floats();
    return Tensor.of(inOrder(numbers, numbers.length, float[]::new, Float.BYTES), axes());
  }

  private int[] axes() throws TensorFileException {
    long[] shape = header.info().shape();
    for (long axis : shape) {
      if (axis > Integer.MAX_VALUE) {
        throw file.wrong(
            "shape "
                + Arrays.toString(shape)
                + " has an axis beyond 2147483647, the most a tensor can have; split the array");
      }
    }
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }

  /// Reads integers or truth values, row-major; the shape is that of [#info].
  ///
  /// @throws TensorFileException if the dtype is another, the array is larger than one of Java's or
  ///   than the heap, or a number does not fit
  public int[] ints() throws TensorFileException {
    int[] numbers = elements().ints();
    return inOrder(numbers, numbers.length, int[]::new, Integer.BYTES);
  }

  /// Reads integers or truth values, row-major; the shape is that of [#info].
  ///
  /// @throws TensorFileException if the dtype is another, the array is larger than one of Java's or
  ///   than the heap, or a number does not fit
  public long[] longs() throws TensorFileException {
    long[] numbers = elements().longs();
    return inOrder(numbers, numbers.length, long[]::new, Long.BYTES);
  }

  /// Numbers as they stand in the file, brought into C order.
  private <A> A inOrder(A numbers, int count, IntFunction<A> array, int width)
      throws TensorFileException {
    if (!header.fortran() || count == 0) {
      return numbers;
    }
    A turned = ElementReader.allocate(file, "the array", array, count, width);
    FortranOrder.toC(header.info().shape(), numbers, turned);
    return turned;
  }

  private ElementReader elements() throws TensorFileException {
    return new ElementReader(
        file,
        "the array",
        header.dtype(),
        header.order(),
        header.dataStart(),
        header.info().elements());
  }

  /// Unmaps the file. Reading afterwards is an `IllegalStateException`; closing twice is not.
  @Override
  public void close() {
    file.close();
  }

  /// Writes a tensor as `<f4`, bit by bit, whole or not at all ([AtomicFile]).
  ///
  /// @throws IllegalArgumentException if it has more than 64 axes
  /// @throws TensorFileException if it cannot be written
  public static void write(Path path, Tensor tensor) throws TensorFileException {
    write(path, tensor, DType.F32);
  }

  /// Writes a tensor, rounded to the nearest, whole or not at all ([AtomicFile]).
  ///
  /// @param dtype `F32` or `F16`
  /// @throws IllegalArgumentException if the dtype is another, or there are more than 64 axes
  /// @throws TensorFileException if it cannot be written, or a finite number would become infinite
  public static void write(Path path, Tensor tensor, DType dtype) throws TensorFileException {
    if (dtype != DType.F32 && dtype != DType.F16) {
      throw new IllegalArgumentException(
          "dtype " + dtype + " cannot be written to a .npy file from float32; use F32 or F16");
    }
    byte[] header = header(dtype == DType.F32 ? "<f4" : "<f2", tensor.shape());
    AtomicFile.write(
        path, out -> write(out, header).floats(tensor.data(), dtype, path + ": the array"));
  }

  /// Writes integers as `<i4`, whole or not at all ([AtomicFile]).
  ///
  /// @throws IllegalArgumentException if the shape holds another number of them, or there are more
  ///   than 64 axes
  /// @throws TensorFileException if it cannot be written
  public static void write(Path path, int[] numbers, int... shape) throws TensorFileException {
    requireSize(numbers.length, shape);
    byte[] header = header("<i4", shape);
    AtomicFile.write(path, out -> write(out, header).ints(numbers));
  }

  /// Writes integers as `<i8`, whole or not at all ([AtomicFile]).
  ///
  /// @throws IllegalArgumentException if the shape holds another number of them, or there are more
  ///   than 64 axes
  /// @throws TensorFileException if it cannot be written
  public static void write(Path path, long[] numbers, int... shape) throws TensorFileException {
    requireSize(numbers.length, shape);
    byte[] header = header("<i8", shape);
    AtomicFile.write(path, out -> write(out, header).longs(numbers));
  }

  private static ElementWriter write(WritableByteChannel channel, byte[] header)
      throws IOException {
    ElementWriter out = new ElementWriter(channel);
    out.bytes(header);
    return out;
  }

  private static void requireSize(int size, int[] shape) {
    if (Tensor.sizeOf(shape) != size) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " holds "
              + Tensor.sizeOf(shape)
              + " numbers, but "
              + size
              + " were given; they must agree");
    }
  }

  private static byte[] header(String descr, int[] shape) {
    if (shape.length > MOST_AXES) {
      throw new IllegalArgumentException(
          "a tensor of "
              + shape.length
              + " axes cannot be a NumPy array, which has at most 64; merge some");
    }
    String tuple =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + (shape.length == 1 ? "," : "");
    // NumPy leaves room for the first axis to grow to 21 digits, and then fills the last line.
    String dictionary =
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
    int growth = shape.length == 0 ? 0 : Math.max(0, 21 - Integer.toString(shape[0]).length());
    int used = PREFIX + dictionary.length() + growth + 1;
    int padding = growth + ALIGNMENT - used % ALIGNMENT;
    String text = dictionary + " ".repeat(padding) + "\n";
    ByteBuffer bytes = ByteBuffer.allocate(PREFIX + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(NpyHeader.MAGIC | (1L << 48)).putShort((short) text.length());
    bytes.put(text.getBytes(StandardCharsets.ISO_8859_1));
    return bytes.array();
  }
}
