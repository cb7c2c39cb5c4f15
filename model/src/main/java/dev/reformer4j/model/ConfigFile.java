package dev.reformer4j.model;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.JsonTree.Digits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The outside of a `config.json`: its bytes, our section, and the keys that are no [Setting].
final class ConfigFile {
  static final String NAME = "config.json";
  static final String TYPE = "model_type";
  static final String REFORMER = "reformer";
  static final String DEPTH = "num_hidden_layers";
  private static final String DTYPE = "dtype";
  private static final String OLD_DTYPE = "torch_dtype";
  private static final String PREFIX = Settings.OWN + ".";
  private static final int MOST_BYTES = 1_000_000;

  private ConfigFile() {}

  /// Reads the file, or the one in a directory.
  static ReformerConfig read(Path fileOrDirectory) throws TensorFileException {
    Path file =
        Files.isDirectory(fileOrDirectory) ? fileOrDirectory.resolve(NAME) : fileOrDirectory;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new TensorFileException(
            file
                + ": has more than "
                + MOST_BYTES
                + " bytes, which no configuration needs; it must be another file");
      }
      return ReformerConfig.parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new TensorFileException(
          file + ": is not valid UTF-8; it is damaged or another file", e);
    } catch (IllegalArgumentException e) {
      throw new TensorFileException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw TensorFileException.reading(file, e);
    }
  }

  /// Lays our section flat: `"reformer4j": {"chunking": …}` becomes `"reformer4j.chunking": …`.
  static Map<String, Object> flat(Map<String, Object> file) {
    Map<String, Object> tree = new LinkedHashMap<>(file);
    Object section = tree.remove(Settings.OWN);
    if (section instanceof Map<?, ?> ours) {
      ours.forEach((key, value) -> tree.put(PREFIX + key, value));
    } else if (section != null) {
      throw new IllegalArgumentException(
          Settings.OWN + " is " + Setting.show(section) + ", but must be an object of settings");
    }
    return tree;
  }

  /// The opposite of [#flat], with every setting that the tree lacks, and without those of ours
  /// that say nothing new.
  static Map<String, Object> complete(Map<String, Object> tree, int layers) {
    Map<String, Object> file = new LinkedHashMap<>(tree);
    putDepth(file, layers);
    Map<String, Object> missing = defaults();
    missing.keySet().removeAll(file.keySet());
    file.putAll(missing);
    Map<String, Object> ours = new LinkedHashMap<>();
    for (Setting<?> setting : Settings.OURS) {
      Object value = file.remove(setting.key());
      if (!setting.in(tree).equals(setting.byDefault())) {
        ours.put(setting.key().substring(PREFIX.length()), value);
      }
    }
    if (!ours.isEmpty()) {
      file.put(Settings.OWN, ours);
    }
    return file;
  }

  /// A file of defaults, sorted as Hugging Face sorts it.
  static Map<String, Object> defaults() {
    Map<String, Object> defaults = new TreeMap<>();
    Settings.HUGGING_FACE.forEach(setting -> setting.putDefault(defaults));
    putDepth(defaults, Settings.LAYERS.byDefault().size());
    defaults.put(TYPE, REFORMER);
    return defaults;
  }

  /// Sets the number of layers, which repeats the length of their list.
  static void putDepth(Map<String, Object> tree, int layers) {
    tree.put(DEPTH, new Digits(Integer.toString(layers)));
  }

  /// Sets the type of the weights, under the name that the file uses: older versions know only the
  /// old one.
  static void savedAs(Map<String, Object> tree, DType type) {
    String name =
        switch (type) {
          case F32 -> "float32";
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          default ->
              throw new IllegalArgumentException(
                  "weights cannot be saved as " + type + "; use F32, F16 or BF16");
        };
    List.of(DTYPE, OLD_DTYPE).forEach(key -> tree.replace(key, name));
    if (!tree.containsKey(OLD_DTYPE)) {
      tree.put(DTYPE, name);
    }
  }
}
