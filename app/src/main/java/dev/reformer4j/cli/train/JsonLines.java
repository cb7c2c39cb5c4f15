package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.model.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// What a training wrote of its steps, one JSON object a line, each of which begins with `step`. A
/// line is written when it is known, so that a kill loses none.
final class JsonLines implements AutoCloseable {
  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d{1,18})[,}].*\\}");
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final FileChannel channel;

  private JsonLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Opens the file to go on behind a step: what it says of later ones is cut off.
  static JsonLines open(Path file, long steps) throws IOException {
    try {
      if (Files.exists(file)) {
        cut(file, steps);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      return new JsonLines(file, channel);
    } catch (IOException e) {
      throw TensorFileException.writing(file, e);
    }
  }

  private static void cut(Path file, long steps) throws IOException {
    StringBuilder kept = new StringBuilder();
    try (BufferedReader lines = reader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher step = STEP.matcher(line);
        if (step.matches() && Long.parseLong(step.group(1)) <= steps) {
          kept.append(line).append('\n');
        }
      }
    }
    AtomicFile.writeText(file, kept.toString());
  }

  /// Unlike [Files#newBufferedReader] it takes half a character, which a full disk may leave.
  private static BufferedReader reader(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      boolean packed = file.toString().endsWith(".gz");
      return new BufferedReader(
          new InputStreamReader(packed ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /// Writes a line.
  ///
  /// @param properties writes what stands between the braces
  /// @return what [#read] will make of it
  Map<String, Object> write(Consumer<JsonGenerator> properties) throws IOException {
    String text = JsonText.object(properties);
    ByteBuffer line = StandardCharsets.UTF_8.encode(text + "\n");
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      throw TensorFileException.writing(file, e);
    }
    return object(text);
  }

  /// Reads the file from its beginning.
  void read(Consumer<Map<String, Object>> line) throws IOException {
    read(file, line);
  }

  /// Reads a file, which may be packed by gzip if it is named `.gz`. A line that is no object is
  /// passed over.
  ///
  /// @param line is given the numbers (`Double`), booleans and strings of a line, by name
  static void read(Path file, Consumer<Map<String, Object>> line) throws IOException {
    try (BufferedReader lines = reader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        Map<String, Object> properties = object(text);
        if (!properties.isEmpty()) {
          line.accept(properties);
        }
      }
    } catch (IOException e) {
      throw TensorFileException.reading(file, e);
    }
  }

  private static Map<String, Object> object(String text) {
    Map<String, Object> properties = new HashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Map.of();
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        switch (json.nextToken()) {
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> properties.put(name, json.getDoubleValue());
          case VALUE_TRUE -> properties.put(name, true);
          case VALUE_FALSE -> properties.put(name, false);
          case VALUE_STRING -> properties.put(name, json.getString());
          default -> json.skipChildren();
        }
      }
    } catch (JacksonException _) {
      return Map.of();
    }
    return properties;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
