package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Files in memory, for the tests.
final class Images {
  private Images() {}

  /// A safetensors file of that header and so many bytes of data 1, 2, 3, ….
  static byte[] safetensors(String header, int data) {
    return safetensors(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] safetensors(byte[] header, int data) {
    ByteBuffer image = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(header.length).put(header);
    for (int i = 1; i <= data; i++) {
      image.put((byte) i);
    }
    return image.array();
  }

  /// A safetensors file of the tensors in `entries` alone, such as `"a":{…}`.
  static byte[] tensors(int data, String... entries) {
    return safetensors("{" + String.join(",", entries) + "}", data);
  }

  /// One entry of a header.
  static String entry(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  /// A `.npy` file of that dictionary, version 1.0, and so many bytes of data 1, 2, 3, ….
  static byte[] npy(String dictionary, int data) {
    byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer image = ByteBuffer.allocate(10 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    image.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    image.putShort((short) text.length).put(text);
    for (int i = 1; i <= data; i++) {
      image.put((byte) i);
    }
    return image.array();
  }

  static Safetensors openSafetensors(byte[] image) throws TensorFileException {
    return Safetensors.over(MappedFile.over(image, "x.safetensors"));
  }

  static Npy openNpy(byte[] image) throws TensorFileException {
    return Npy.over(MappedFile.over(image, "x.npy"));
  }

  static Weights open(byte[] image, String name) throws TensorFileException {
    return Checkpoint.over(MappedFile.over(image, name));
  }

  /// Why a file is not read.
  ///
  /// @throws AssertionError if it is
  static String refusal(byte[] image, String name) {
    try (Weights weights = open(image, name)) {
      throw new AssertionError(name + " was read: " + weights.names());
    } catch (TensorFileException e) {
      return e.getMessage();
    }
  }

  /// A file that `make_tensor_files.py` or `make_checkpoints.py` made.
  static byte[] golden(String name) {
    try (InputStream in = Images.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name + " is missing; run the script beside it")
          .readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
