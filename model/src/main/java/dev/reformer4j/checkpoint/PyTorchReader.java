package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.checkpoint.Pickled.Items;
import dev.reformer4j.checkpoint.Pickled.Storage;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The two formats of `torch.save`.
///
/// Since PyTorch 1.6 a zip file: `NAME/data.pkl`, the pickle; `NAME/data/KEY`, one entry to a
/// storage, not compressed; `NAME/byteorder`, `little` or `big`. Before, and on request since, one
/// after another: a pickled magic number, a version, what the machine was like, the pickle, a
/// pickled list of storage keys; then for each key a count of 8 bytes and the numbers,
/// little-endian.
final class PyTorchReader {
  private static final long ZIP = 0x04034b50;
  private static final int PICKLE = 0x80;
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private PyTorchReader() {}

  /// Whether a file starts like one of the two.
  static boolean recognizes(MappedFile file) throws TensorFileException {
    return isZip(file) || (file.size() > 1 && file.unsigned(0, 1) == PICKLE);
  }

  private static boolean isZip(MappedFile file) throws TensorFileException {
    return file.size() >= 4 && file.unsigned(0, 4) == ZIP;
  }

  /// Opens either.
  ///
  /// @throws TensorFileException if it is neither, or breaks a rule, or wants to run something
  static Weights read(MappedFile file) throws TensorFileException {
    if (!recognizes(file)) {
      throw file.wrong(
          "begins neither like a zip file nor like a pickle, so torch.save did not write it; save"
              + " it again, or convert it to safetensors");
    }
    return isZip(file) ? readZip(file) : readLegacy(file);
  }

  private static Weights readZip(MappedFile file) throws TensorFileException {
    Map<String, Extent> entries = ZipArchive.read(file);
    String first = entries.isEmpty() ? "" : entries.keySet().iterator().next();
    String folder = first.substring(0, first.indexOf('/') + 1);
    Extent pickle = entries.get(folder + "data.pkl");
    if (pickle == null) {
      throw file.wrong(
          "is a zip file without the data.pkl that torch.save writes; it is something else, or"
              + " damaged");
    }
    if (entries.containsKey(folder + "constants.pkl")) {
      throw file.wrong(
          "is a TorchScript program and no checkpoint; save its tensors alone:"
              + " torch.save(torch.jit.load(f).state_dict(), \"pytorch_model.bin\")");
    }
    Object root = new Unpickler(pickle.plain()).load();
    return PyTorchFile.of(
        file, root, key -> entries.get(folder + "data/" + key), order(file, entries, folder));
  }

  private static ByteOrder order(MappedFile file, Map<String, Extent> entries, String folder)
      throws TensorFileException {
    Extent entry = entries.get(folder + "byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    byte[] bytes = new byte[(int) Math.min(entry.size(), 16)];
    Extent plain = entry.plain();
    plain.file().copy(plain.begin(), bytes, 0, bytes.length);
    String order = new String(bytes, StandardCharsets.ISO_8859_1);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw file.wrong(
              "has the byte order " + quote(order) + "; it must be little or big, save it again");
    };
  }

  private static Weights readLegacy(MappedFile file) throws TensorFileException {
    Unpickler unpickler = new Unpickler(Extent.stored(file, "", 0, file.size()));
    if (!MAGIC.equals(unpickler.load())) {
      throw file.wrong(
          "is a pickle, but torch.save did not write it; save it with torch.save, or convert it to"
              + " safetensors");
    }
    if (!Long.valueOf(VERSION).equals(unpickler.load())) {
      throw file.wrong(
          "has a version of PyTorch's old format other than 1001; save it again:"
              + " torch.save(torch.load(f), f)");
    }
    unpickler.load(); // the machine: the numbers are little-endian whatever it says
    Object root = unpickler.load();
    Object keys = unpickler.load();
    if (!(keys instanceof Items list)) {
      throw file.wrong("has no list of storages after its pickle; it is damaged");
    }
    Map<String, Extent> storages = new HashMap<>();
    long at = unpickler.position();
    for (Object key : list.items()) {
      Storage storage = key instanceof String text ? unpickler.storages().get(text) : null;
      Extent numbers = storage == null ? null : legacyStorage(file, storage, at);
      if (numbers == null || storages.put(storage.key(), numbers) != null) {
        throw file.wrong(
            "its list of storages does not agree with what follows at byte "
                + at
                + "; it is truncated or damaged");
      }
      at = numbers.end();
    }
    return PyTorchFile.of(file, root, storages::get, ByteOrder.LITTLE_ENDIAN);
  }

  /// @return null if it is not there
  private static Extent legacyStorage(MappedFile file, Storage storage, long at)
      throws TensorFileException {
    long width = storage.dtype() == null ? 1 : storage.dtype().bytes();
    long room = file.size() - at - Long.BYTES;
    return room < 0
            || file.unsigned(at, Long.BYTES) != storage.count()
            || storage.count() > room / width
        ? null
        : Extent.stored(file, storage.key(), at + Long.BYTES, storage.count() * width);
  }
}
