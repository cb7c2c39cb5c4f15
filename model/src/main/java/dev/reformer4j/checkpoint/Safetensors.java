package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// A safetensors file, open for reading. Opening maps the file and checks its header, and touches
/// no data; a tensor is copied out when it is asked for. Several threads may read at once; closing
/// unmaps.
///
/// | dtype | read as |
/// |---|---|
/// | `F32` | [#floats], bit by bit, NaN payloads included |
/// | `F16`, `BF16` | [#floats], exactly; a NaN stays a NaN |
/// | `F64` | [#floats], rounded to the nearest; a finite number beyond float32 is refused |
/// | `I8` … `I64`, `U8` … `U64`, `BOOL` | [#ints] and [#longs]; a number that does not fit is refused |
/// | `C64`, `F8_…`, `F6_…`, `F4` | listed only |
///
/// ```java
/// try (Safetensors file = Safetensors.open(Path.of("x.safetensors"))) {
///   Tensor qk = file.floats("qk");
/// }
/// ```
///
/// Memory: opening takes a small multiple of the header's length, whatever the header says; reading
/// takes the returned array and a block of 64 KiB.
public final class Safetensors implements Weights {
  private final MappedFile file;
  private final SafetensorsHeader header;

  private Safetensors(MappedFile file) throws TensorFileException {
    this.file = file;
    this.header = SafetensorsHeader.read(file);
  }

  /// Opens a file and checks its header.
  ///
  /// @throws TensorFileException if it cannot be read or breaks a rule of the format
  public static Safetensors open(Path path) throws TensorFileException {
    return over(MappedFile.open(path));
  }

  /// The same over a map that is already there, which is closed with it or if the header is bad.
  static Safetensors over(MappedFile file) throws TensorFileException {
    try {
      return new Safetensors(file);
    } catch (TensorFileException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /// The names, in the order in which the tensors lie in the file.
  @Override
  public SequencedSet<String> names() {
    return header.tensors().sequencedKeySet();
  }

  /// Texts that the writer left, by key; empty if there are none.
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// What the header says of every tensor, by name, in the order in which they lie in the file.
  public SequencedMap<String, TensorInfo> tensors() {
    return header.tensors();
  }

  /// What the header says of one tensor.
  ///
  /// @throws TensorFileException if there is none of that name; the sentence lists those there are
  @Override
  public TensorInfo info(String name) throws TensorFileException {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw file.wrong(
          "has no tensor "
              + quote(name)
              + "; it holds "
              + TensorFileException.list(names(), "no tensors"));
    }
    return info;
  }

  /// The path of the file, whatever the tensor.
  @Override
  public Path source(String name) throws TensorFileException {
    info(name);
    return Path.of(file.name());
  }

  /// Reads a tensor of `F32`, `F16`, `BF16` or `F64` numbers.
  ///
  /// @throws TensorFileException if there is none of that name, its dtype is another, it is larger
  ///   than an array or than the heap, or a finite number exceeds float32
  @Override
  public Tensor floats(String name) throws TensorFileException {
    TensorInfo info = info(name);
    int[] shape = info.intShape(file);
    return Tensor.of(elements(info).floats(), shape);
  }

  /// Reads integers or truth values, row-major; the shape is that of [#info].
  ///
  /// @throws TensorFileException if there is no tensor of that name, its dtype is another, it is
  ///   larger than an array or than the heap, or a number does not fit
  public int[] ints(String name) throws TensorFileException {
    return elements(info(name)).ints();
  }

  /// Reads integers or truth values, row-major; the shape is that of [#info].
  ///
  /// @throws TensorFileException if there is no tensor of that name, its dtype is another, it is
  ///   larger than an array or than the heap, or a number does not fit
  public long[] longs(String name) throws TensorFileException {
    return elements(info(name)).longs();
  }

  private ElementReader elements(TensorInfo info) throws TensorFileException {
    return new ElementReader(
        file,
        "tensor " + quote(info.name()),
        info.dtype(),
        ByteOrder.LITTLE_ENDIAN,
        header.dataStart() + info.begin(),
        info.elements());
  }

  /// Unmaps the file. Reading afterwards is an `IllegalStateException`; closing twice is not.
  @Override
  public void close() {
    file.close();
  }
}
