package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// Gathers tensors, then writes them as one safetensors file, whole or not at all ([AtomicFile]).
/// Arrays are neither copied when they are added nor when they are written.
///
/// The file is byte for byte what the official writer makes of the same tensors: widest dtype
/// first, then by name (so that every tensor is aligned), header padded with spaces to a multiple
/// of 8. Metadata are sorted by key.
///
/// ```java
/// new SafetensorsWriter().add("out", out).add("buckets", buckets, heads, rounds, n).write(Path.of("y.safetensors"));
/// ```
public final class SafetensorsWriter {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

  /// Writes the numbers of one tensor.
  private interface Numbers {
    void writeTo(ElementWriter out) throws IOException;
  }

  private record Entry(String name, DType dtype, List<Integer> shape, long bytes, Numbers numbers) {
    private Entry(String name, DType dtype, int[] shape, Numbers numbers) {
      this(
          name,
          dtype,
          Arrays.stream(shape).boxed().toList(),
          Math.multiplyExact((long) Tensor.sizeOf(shape), (long) dtype.bytes()),
          numbers);
    }
  }

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /// A writer without tensors or texts.
  public SafetensorsWriter() {}

  /// Leaves a text in the header, such as `format` = `pt`, which Hugging Face wants to see in a
  /// model.
  ///
  /// @throws IllegalArgumentException if a text holds half a surrogate pair
  public SafetensorsWriter metadata(String key, String text) {
    requireUnicode(key);
    requireUnicode(text);
    metadata.put(key, text);
    return this;
  }

  /// Adds a tensor as `F32`, bit by bit.
  ///
  /// @throws IllegalArgumentException if the name is taken, is `__metadata__`, or holds half a
  ///   surrogate pair
  public SafetensorsWriter add(String name, Tensor tensor) {
    return add(name, tensor, DType.F32);
  }

  /// Adds a tensor, rounded to the nearest when it is written. A finite number that would become
  /// infinite ends the writing with a [TensorFileException].
  ///
  /// @param dtype `F32`, `F16` or `BF16`
  /// @throws IllegalArgumentException if the dtype is another, or the name is taken, is
  ///   `__metadata__`, or holds half a surrogate pair
  public SafetensorsWriter add(String name, Tensor tensor, DType dtype) {
    if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
      throw new IllegalArgumentException(
          "dtype " + dtype + " cannot be written from float32; use F32, F16 or BF16");
    }
    String what = "tensor " + quote(name);
    return add(
        new Entry(name, dtype, tensor.shape(), out -> out.floats(tensor.data(), dtype, what)));
  }

  /// Adds integers as `I32`.
  ///
  /// @throws IllegalArgumentException if the shape holds another number of them, or the name is
  ///   taken, is `__metadata__`, or holds half a surrogate pair
  public SafetensorsWriter add(String name, int[] numbers, int... shape) {
    requireSize(name, numbers.length, shape);
    return add(new Entry(name, DType.I32, shape, out -> out.ints(numbers)));
  }

  /// Adds integers as `I64`.
  ///
  /// @throws IllegalArgumentException if the shape holds another number of them, or the name is
  ///   taken, is `__metadata__`, or holds half a surrogate pair
  public SafetensorsWriter add(String name, long[] numbers, int... shape) {
    requireSize(name, numbers.length, shape);
    return add(new Entry(name, DType.I64, shape, out -> out.longs(numbers)));
  }

  private SafetensorsWriter add(Entry entry) {
    requireUnicode(entry.name());
    if (entry.name().equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "a tensor cannot be named __metadata__, which the format keeps for texts; choose another"
              + " name");
    }
    if (entries.putIfAbsent(entry.name(), entry) != null) {
      throw new IllegalArgumentException(
          "tensor " + quote(entry.name()) + " was added before; names must be unique");
    }
    return this;
  }

  private static void requireSize(String name, int size, int[] shape) {
    if (Tensor.sizeOf(shape) != size) {
      throw new IllegalArgumentException(
          "tensor "
              + quote(name)
              + " has "
              + size
              + " numbers, but its shape "
              + Arrays.toString(shape)
              + " holds "
              + Tensor.sizeOf(shape)
              + "; they must agree");
    }
  }

  private static void requireUnicode(String text) {
    if (!StrictJson.isUnicode(text)) {
      throw new IllegalArgumentException(
          "the text " + quote(text) + " holds half a surrogate pair; it must be valid Unicode");
    }
  }

  /// Writes what was added; more may be added and written afterwards.
  ///
  /// @throws TensorFileException if that is not possible; a file that was there before is then as
  ///   it was
  public void write(Path file) throws TensorFileException {
    AtomicFile.write(file, this::writeTo);
  }

  /// Writes to any channel.
  void writeTo(WritableByteChannel channel) throws IOException {
    List<Entry> ordered = entries.values().stream().sorted(OFFICIAL_ORDER).toList();
    ElementWriter out = new ElementWriter(channel);
    out.bytes(header(ordered));
    for (Entry entry : ordered) {
      entry.numbers().writeTo(out);
    }
  }

  private static final Comparator<Entry> OFFICIAL_ORDER =
      Comparator.comparing(Entry::dtype)
          .reversed()
          .thenComparing(
              entry -> entry.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private byte[] header(List<Entry> ordered) throws TensorFileException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(new byte[SafetensorsHeader.LENGTH_BYTES]);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName(SafetensorsHeader.METADATA).writeStartObject();
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (Entry entry : ordered) {
        long end = Math.addExact(begin, entry.bytes());
        writeEntry(json, entry, begin, end);
        begin = end;
      }
      json.writeEndObject();
    }
    while (text.size() % 8 != 0) {
      text.write(' ');
    }
    byte[] header = text.toByteArray();
    long length = (long) header.length - SafetensorsHeader.LENGTH_BYTES;
    if (length > SafetensorsHeader.LONGEST) {
      throw new TensorFileException(
          "the header would take "
              + length
              + " bytes, more than the 100000000 that the format allows; write several files");
    }
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return header;
  }

  private static void writeEntry(JsonGenerator json, Entry entry, long begin, long end) {
    json.writeName(entry.name()).writeStartObject();
    json.writeStringProperty("dtype", entry.dtype().name());
    json.writeName("shape").writeStartArray();
    entry.shape().forEach(json::writeNumber);
    json.writeEndArray();
    json.writeName("data_offsets").writeStartArray();
    json.writeNumber(begin).writeNumber(end);
    json.writeEndArray().writeEndObject();
  }
}
