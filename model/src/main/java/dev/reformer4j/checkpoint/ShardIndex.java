package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// What `model.safetensors.index.json` or `pytorch_model.bin.index.json` says: which tensor lies in
/// which file beside it, `{"metadata": {…}, "weight_map": {"name":
/// "model-00001-of-00002.safetensors"}}`. Everything but the map is skipped, as in transformers.
///
/// A file is named by its plain name. A name with a directory in it could lead out of the one the
/// user gave, so it is refused, although transformers would follow it.
record ShardIndex(SequencedMap<String, String> files) {
  private static final String MAP = "weight_map";
  private static final int MOST_SHARDS = 10_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private static final Comparator<String> BY_CODE_POINTS =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  /// Makes a generator write what Python's `json.dumps(…, indent=2)` would.
  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectNameValueSpacing(Separators.Spacing.AFTER));
      printer.indentObjectsWith(indenter);
      return printer;
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }

  /// Reads an index file.
  ///
  /// @throws TensorFileException if it cannot be read or is no index
  static ShardIndex read(Path path) throws TensorFileException {
    try (MappedFile file = MappedFile.open(path)) {
      return read(file);
    }
  }

  /// Reads an index that is already mapped.
  static ShardIndex read(MappedFile file) throws TensorFileException {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    StrictJson.read(file, 0, file.size(), "the index", json -> readAll(file, json, files));
    if (files.isEmpty()) {
      throw file.wrong(
          "the index has no \"" + MAP + "\" that says which file holds which tensor; save again");
    }
    return new ShardIndex(files);
  }

  /// The files, each once, in the order of their first tensors.
  Set<String> shards() {
    return new LinkedHashSet<>(files.values());
  }

  /// The index as transformers writes it: indented by two, sorted by name, ASCII.
  ///
  /// @param parameters how many numbers the tensors have
  /// @param bytes how many bytes they take
  String toJson(long parameters, long bytes) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(new Indented(), text)) {
      json.writeStartObject().writeName("metadata").writeStartObject();
      json.writeNumberProperty("total_parameters", parameters);
      json.writeNumberProperty("total_size", bytes);
      json.writeEndObject().writeName(MAP).writeStartObject();
      files.entrySet().stream()
          .sorted(Map.Entry.comparingByKey(BY_CODE_POINTS))
          .forEach(entry -> json.writeStringProperty(entry.getKey(), entry.getValue()));
      json.writeEndObject().writeEndObject();
    }
    return text.append('\n').toString();
  }

  private static void readAll(MappedFile file, JsonParser json, Map<String, String> files)
      throws TensorFileException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw file.wrong("the index does not begin with '{'; it is damaged or something else");
    }
    boolean seen = false;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      if (!json.currentName().equals(MAP)) {
        json.nextToken();
        json.skipChildren();
      } else if (seen) {
        throw file.wrong("\"" + MAP + "\" appears twice in the index; it may appear once");
      } else {
        seen = true;
        readMap(file, json, files);
      }
    }
  }

  private static void readMap(MappedFile file, JsonParser json, Map<String, String> files)
      throws TensorFileException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw file.wrong("\"" + MAP + "\" is not an object; it must hold file names by tensor name");
    }
    Map<String, String> shards = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = StrictJson.unicode(file, json.currentName(), "the name");
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw file.wrong("the index gives tensor " + quote(name) + " no file name; it must be one");
      }
      String shard = json.getString();
      String known = shards.get(shard);
      if (known == null) {
        requirePlain(file, name, shard);
        shards.put(shard, shard);
        known = shard;
      }
      if (shards.size() > MOST_SHARDS) {
        throw file.wrong(
            "the index names more than " + MOST_SHARDS + " files; save with larger shards");
      }
      if (files.put(name, known) != null) {
        throw file.wrong("the index names tensor " + quote(name) + " twice; names must be unique");
      }
    }
  }

  private static void requirePlain(MappedFile file, String name, String shard)
      throws TensorFileException {
    boolean plain =
        !shard.isEmpty()
            && !shard.equals(".")
            && !shard.equals("..")
            && shard.chars().noneMatch(c -> c < ' ' || "/\\:*?\"<>|".indexOf(c) >= 0)
            && StrictJson.isUnicode(shard);
    if (!plain) {
      throw file.wrong(
          "the index places tensor "
              + quote(name)
              + " in "
              + quote(shard)
              + ", but a shard must be a file beside the index, named without a directory");
    }
  }
}
