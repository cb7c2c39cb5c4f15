package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The header of a safetensors file: 8 bytes of length (unsigned, little-endian), then JSON
/// `{"__metadata__": {"text": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets":
/// [0, 24]}}`.
///
/// Held of the official rules (README and `tensor.rs` of huggingface/safetensors): the header
/// begins with `{`, may end in whitespace, is UTF-8 and at most 100,000,000 bytes; keys are unique;
/// metadata are texts; shapes and offsets are whole numbers of at least 0; sizes are multiplied
/// without overflow; tensors, ordered by their offsets, cover the data section from its first byte
/// to the file's last without hole or overlap; scalars and empty tensors are allowed. Unknown
/// fields of a tensor are skipped, as there. Stricter than the official reader, as its README is: a
/// second tensor or metadata entry of the same name, leading whitespace, `null` metadata, and
/// tensors written as arrays are refused, and so is a shape of more than 64 axes, which neither
/// NumPy nor PyTorch can hold.
///
/// The JSON is parsed as it streams out of the map, so memory goes to the entries alone.
final class SafetensorsHeader {
  static final int LENGTH_BYTES = 8;
  static final long LONGEST = StrictJson.LONGEST;
  static final String METADATA = "__metadata__";
  private static final int MOST_AXES = 64;

  private final MappedFile file;
  private final long dataStart;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final long[] scratch = new long[MOST_AXES];
  private boolean metadataSeen;
  private SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();

  private SafetensorsHeader(MappedFile file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  /// Parses and checks everything that can be checked without touching the data.
  static SafetensorsHeader read(MappedFile file) throws TensorFileException {
    SafetensorsHeader header = new SafetensorsHeader(file, LENGTH_BYTES + length(file));
    StrictJson.read(file, LENGTH_BYTES, header.dataStart, "the header", header::readAll);
    header.tensors = header.inFileOrder();
    return header;
  }

  /// Where the data section starts.
  long dataStart() {
    return dataStart;
  }

  /// Texts the writer left, by key.
  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /// The tensors by name, in the order in which they lie in the file.
  SequencedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /// Whether a file begins as one of this format does; 8 bytes of length alone can look like
  /// anything.
  static boolean isPlausible(MappedFile file) throws TensorFileException {
    long most = Math.min(LONGEST, file.size() - LENGTH_BYTES);
    return most > 0
        && Long.compareUnsigned(file.unsigned(0, LENGTH_BYTES), most) <= 0
        && file.unsigned(LENGTH_BYTES, 1) == '{';
  }

  private static long length(MappedFile file) throws TensorFileException {
    if (file.size() < LENGTH_BYTES) {
      throw file.wrong(
          "has "
              + file.size()
              + " bytes, but a safetensors file starts with 8 bytes of header length; it is"
              + " truncated or something else");
    }
    long length = file.unsigned(0, LENGTH_BYTES);
    long rest = file.size() - LENGTH_BYTES;
    if (length < 0 || length > LONGEST) {
      throw file.wrong(
          "header length "
              + Long.toUnsignedString(length)
              + " exceeds 100000000 bytes, the most the format allows; it is damaged or no"
              + " safetensors file");
    }
    if (length > rest) {
      throw file.wrong(
          "header length "
              + length
              + " runs past the "
              + rest
              + " bytes that follow; the file is truncated or no safetensors file");
    }
    if (length == 0 || file.unsigned(LENGTH_BYTES, 1) != '{') {
      throw file.wrong("the header does not begin with '{'; it is damaged or no safetensors file");
    }
    return length;
  }

  private void readAll(JsonParser json) throws TensorFileException {
    json.nextToken();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = StrictJson.unicode(file, json.currentName(), "the name");
      if (name.equals(METADATA)) {
        readMetadata(json);
      } else if (tensors.put(name, readTensor(name, json)) != null) {
        throw file.wrong(
            "tensor " + quote(name) + " appears twice in the header; names must be unique");
      }
    }
  }

  private void readMetadata(JsonParser json) throws TensorFileException {
    if (metadataSeen) {
      throw file.wrong(METADATA + " appears twice in the header; it may appear once");
    }
    metadataSeen = true;
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw file.wrong(METADATA + " is not an object; it must hold texts by name");
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = StrictJson.unicode(file, json.currentName(), METADATA + " key");
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw file.wrong(METADATA + " " + quote(key) + " is not a text; every value must be one");
      }
      if (metadata.put(key, StrictJson.unicode(file, json.getString(), METADATA + " text"))
          != null) {
        throw file.wrong(
            METADATA + " " + quote(key) + " appears twice in the header; keys must be unique");
      }
    }
  }

  private TensorInfo readTensor(String name, JsonParser json) throws TensorFileException {
    String tensor = "tensor " + quote(name);
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw file.wrong(
          tensor + " is not an object; it must hold \"dtype\", \"shape\" and \"data_offsets\"");
    }
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    Set<String> unknown = new HashSet<>(0);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      boolean again =
          switch (field) {
            case "dtype" -> dtype != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default -> !unknown.add(field);
          };
      if (again) {
        throw file.wrong(
            tensor + " has the field " + quote(field) + " twice; fields must be unique");
      }
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(json, tensor);
        case "shape" -> shape = wholeNumbers(json, tensor, "shape", MOST_AXES);
        case "data_offsets" -> offsets = wholeNumbers(json, tensor, "data_offsets", 2);
        default -> json.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw file.wrong(
          tensor
              + " lacks \""
              + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets")
              + "\"; every tensor must say dtype, shape and data_offsets");
    }
    return checked(tensor, name, dtype, shape, offsets);
  }

  private DType dtype(JsonParser json, String tensor) throws TensorFileException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw file.wrong(tensor + " has a dtype that is not a text; it must be one such as \"F32\"");
    }
    String name = json.getString();
    return DType.named(name)
        .orElseThrow(() ->
            file.wrong(
                tensor
                    + " has the unknown dtype "
                    + quote(name)
                    + "; known are "
                    + Arrays.toString(DType.values())));
  }

  private long[] wholeNumbers(JsonParser json, String tensor, String field, int most)
      throws TensorFileException {
    String what = "the " + field + " of " + tensor;
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw file.wrong(what + " is not a list; it must be one of whole numbers");
    }
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == most) {
        throw file.wrong(what + " has more than " + most + " numbers, the most allowed");
      }
      scratch[count++] = wholeNumber(json, what);
    }
    return Arrays.copyOf(scratch, count);
  }

  private long wholeNumber(JsonParser json, String what) throws TensorFileException {
    boolean number = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    String digits = number ? json.getString() : "";
    if (!number || digits.startsWith("-")) {
      String found =
          json.currentToken() == null || json.currentToken().isStructStart()
              ? "something else"
              : quote(json.getString());
      throw file.wrong(what + " holds " + found + "; each must be a whole number of at least 0");
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw file.wrong(what + " holds " + quote(digits) + ", but at most 2^63 - 1 is possible");
    }
  }

  private TensorInfo checked(String tensor, String name, DType dtype, long[] shape, long[] offsets)
      throws TensorFileException {
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw file.wrong(
          tensor
              + " has data_offsets "
              + Arrays.toString(offsets)
              + "; they must be a begin and an end, in that order");
    }
    long section = file.size() - dataStart;
    if (offsets[1] > section) {
      throw file.wrong(
          tensor
              + " ends at byte "
              + offsets[1]
              + " of the data, but only "
              + section
              + " are there; the file is truncated or damaged");
    }
    long bits;
    try {
      bits = Math.multiplyExact(TensorInfo.elements(shape), (long) dtype.bits());
    } catch (ArithmeticException e) {
      throw file.wrong(
          tensor
              + " of shape "
              + Arrays.toString(shape)
              + " is larger than any file; it is damaged");
    }
    if (bits % 8 != 0 || bits / 8 != offsets[1] - offsets[0]) {
      throw file.wrong(
          tensor
              + " of dtype "
              + dtype
              + " and shape "
              + Arrays.toString(shape)
              + " does not fill its "
              + (offsets[1] - offsets[0])
              + " bytes exactly; the file is damaged");
    }
    return new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
  }

  /// Sorts by offset and checks that the tensors tile the data section.
  private SequencedMap<String, TensorInfo> inFileOrder() throws TensorFileException {
    List<TensorInfo> sorted = new ArrayList<>(tensors.values());
    sorted.sort(
        Comparator.comparingLong(TensorInfo::begin)
            .thenComparingLong(TensorInfo::end)
            .thenComparing(TensorInfo::name));
    SequencedMap<String, TensorInfo> ordered = LinkedHashMap.newLinkedHashMap(sorted.size());
    long covered = 0;
    for (TensorInfo tensor : sorted) {
      if (tensor.begin() != covered) {
        throw file.wrong(
            "tensor "
                + quote(tensor.name())
                + " begins at byte "
                + tensor.begin()
                + " of the data, but the tensors before it end at "
                + covered
                + "; tensors may neither overlap nor leave holes");
      }
      covered = tensor.end();
      ordered.put(tensor.name(), tensor);
    }
    long surplus = file.size() - dataStart - covered;
    if (surplus != 0) {
      throw file.wrong(
          surplus
              + " bytes after the last tensor belong to none; the file is damaged or was appended"
              + " to");
    }
    return ordered;
  }
}
