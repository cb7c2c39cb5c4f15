package dev.reformer4j.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of the page. There is a list of them, read once when the server starts, and a request
/// can name one of the list and nothing else: no path of a request ever becomes a path of a file.
final class PageFiles {
  /// The modules of the page; `main.js` begins.
  static final List<String> SCRIPTS =
      List.of(
          "main.js",
          "api.js",
          "attend.js",
          "colours.js",
          "controls.js",
          "cost.js",
          "dom.js",
          "generate.js",
          "hash.js",
          "order.js",
          "pattern.js",
          "plane.js",
          "state.js",
          "story.js",
          "text.js",
          "tour.js");

  static final String PAGE = "index.html";
  static final String STYLE = "style.css";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json; charset=utf-8");

  private final Map<String, Entry> byPath = new LinkedHashMap<>();

  /// A file as it is sent.
  ///
  /// @param type for the Content-Type header
  record Entry(String type, byte[] bytes) {}

  PageFiles() {
    add("/", PAGE);
    add("/" + STYLE, STYLE);
    add("/api/v1/openapi.json", "openapi.json");
    SCRIPTS.forEach(script -> add("/" + script, script));
  }

  private void add(String path, String name) {
    byPath.put(path, new Entry(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), read(name)));
  }

  /// A file of the page.
  ///
  /// @param name as written in this program
  static byte[] read(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is missing from the program");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Entry> at(String path) {
    return Optional.ofNullable(byPath.get(path));
  }
}
