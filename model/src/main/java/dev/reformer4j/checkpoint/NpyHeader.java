package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// The header of a `.npy` file, versions 1.0, 2.0 and 3.0: the magic bytes, two of version, the
/// length (2 bytes, from version 2.0 on 4, little-endian), then a Python dictionary with exactly
/// the keys `descr`, `fortran_order`, `shape`: `{'descr': '<f4', 'fortran_order': False, 'shape':
/// (3, 4), }`, padded with spaces.
///
/// The dictionary is never evaluated; [PythonLiteral] knows the few forms it can take.
///
/// @param dtype how a number is stored
/// @param order of the bytes of a number
/// @param fortran whether the first axis is the fastest
/// @param info name (empty), dtype, shape and place of the array, as in safetensors
/// @param dataStart where the data section starts
record NpyHeader(DType dtype, ByteOrder order, boolean fortran, TensorInfo info, long dataStart) {
  /// `\x93NUMPY`, read as a little-endian number.
  static final long MAGIC = 0x59504D554E93L;

  static final int MAGIC_BYTES = 6;

  /// The longest header that NumPy itself reads without being told to trust it.
  private static final long LONGEST = 10_000;

  private static final Map<String, DType> DTYPES =
      Map.ofEntries(
          Map.entry("f2", DType.F16),
          Map.entry("f4", DType.F32),
          Map.entry("f8", DType.F64),
          Map.entry("i1", DType.I8),
          Map.entry("i2", DType.I16),
          Map.entry("i4", DType.I32),
          Map.entry("i8", DType.I64),
          Map.entry("u1", DType.U8),
          Map.entry("u2", DType.U16),
          Map.entry("u4", DType.U32),
          Map.entry("u8", DType.U64),
          Map.entry("b1", DType.BOOL));

  static NpyHeader read(MappedFile file) throws TensorFileException {
    if (file.size() < MAGIC_BYTES || file.unsigned(0, MAGIC_BYTES) != MAGIC) {
      throw file.wrong(
          "does not begin with the magic bytes of a .npy file; save it with numpy.save, one array"
              + " to a file");
    }
    if (file.size() < MAGIC_BYTES + 4) {
      throw truncated(file);
    }
    long major = file.unsigned(MAGIC_BYTES, 1);
    long minor = file.unsigned(MAGIC_BYTES + 1, 1);
    if (major < 1 || major > 3 || minor != 0) {
      throw file.wrong(
          ".npy version "
              + major
              + "."
              + minor
              + " is unknown; 1.0, 2.0 and 3.0 can be read, so save it again with numpy.save");
    }
    int width = major == 1 ? 2 : 4;
    long textStart = MAGIC_BYTES + 2L + width;
    if (file.size() < textStart) {
      throw truncated(file);
    }
    long length = file.unsigned(MAGIC_BYTES + 2, width);
    if (length > file.size() - textStart) {
      throw truncated(file);
    }
    if (length > LONGEST) {
      throw file.wrong(
          "header length "
              + length
              + " exceeds 10000 bytes, far more than an array needs; save it again with"
              + " numpy.save");
    }
    byte[] bytes = new byte[(int) length];
    file.copy(textStart, bytes, 0, bytes.length);
    return parse(file, text(file, bytes, major), textStart + length);
  }

  private static TensorFileException truncated(MappedFile file) {
    return file.wrong("the file ends within its .npy header; it is truncated, so copy it again");
  }

  private static String text(MappedFile file, byte[] bytes, long major) throws TensorFileException {
    if (major < 3) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TensorFileException(
          file.name() + ": the .npy header is not valid UTF-8; the file is damaged", e);
    }
  }

  private static NpyHeader parse(MappedFile file, String text, long dataStart)
      throws TensorFileException {
    String descr = null;
    Boolean fortran = null;
    long[] shape = null;
    PythonLiteral literal = new PythonLiteral(file, text);
    literal.expect('{');
    while (!literal.take('}')) {
      String key = literal.text();
      literal.expect(':');
      boolean again =
          switch (key) {
            case "descr" -> descr != null;
            case "fortran_order" -> fortran != null;
            case "shape" -> shape != null;
            default ->
                throw file.wrong(
                    "the .npy header has the key "
                        + quote(key)
                        + "; only descr, fortran_order and shape are allowed");
          };
      if (again) {
        throw file.wrong(
            "the .npy header has the key " + quote(key) + " twice; keys must be unique");
      }
      switch (key) {
        case "descr" -> descr = literal.text();
        case "shape" -> shape = literal.wholeNumbers();
        default -> fortran = literal.truth();
      }
      if (!literal.take(',')) {
        literal.expect('}');
        break;
      }
    }
    literal.end();
    if (descr == null || fortran == null || shape == null) {
      throw file.wrong(
          "the .npy header lacks one of descr, fortran_order and shape; save it again with"
              + " numpy.save");
    }
    return checked(file, descr, fortran, shape, dataStart);
  }

  private static NpyHeader checked(
      MappedFile file, String descr, boolean fortran, long[] shape, long dataStart)
      throws TensorFileException {
    DType dtype = descr.isEmpty() ? null : DTYPES.get(descr.substring(1));
    char order = descr.isEmpty() ? ' ' : descr.charAt(0);
    boolean ordered =
        order == '<' || order == '>' || (order == '|' && dtype != null && dtype.bits() == 8);
    if (dtype == null || !ordered) {
      throw file.wrong(
          "the dtype "
              + quote(descr)
              + " cannot be read; save the array as one of <f2, <f4, <f8, <i1 … <i8, <u1 … <u8 or"
              + " |b1");
    }
    long bytes;
    try {
      bytes = Math.multiplyExact(TensorInfo.elements(shape), (long) dtype.bytes());
    } catch (ArithmeticException e) {
      throw file.wrong(
          "an array of shape "
              + Arrays.toString(shape)
              + " is larger than any file; it is damaged");
    }
    long there = file.size() - dataStart;
    if (bytes != there) {
      throw file.wrong(
          "an array of dtype "
              + quote(descr)
              + " and shape "
              + Arrays.toString(shape)
              + " takes "
              + bytes
              + " bytes, but "
              + there
              + " follow the header; the file is "
              + (bytes > there ? "truncated" : "damaged or was appended to"));
    }
    ByteOrder endian = order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(
        dtype, endian, fortran, new TensorInfo("", dtype, shape, 0, bytes), dataStart);
  }
}
