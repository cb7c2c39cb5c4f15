package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What Python makes of texts; made again by `make_golden.py` beside the data.
final class Golden {
  static final String AGAIN = "see model/src/test/resources/text/make_golden.py";

  private Golden() {}

  /// One vocabulary and its cases.
  record Directory(String name, Map<?, ?> json) {
    Path path() {
      return resource("/text").resolve(name);
    }

    List<Map<?, ?>> cases(String key) {
      return ((List<?>) json.get(key)).stream().<Map<?, ?>>map(c -> (Map<?, ?>) c).toList();
    }

    int size() {
      return (Integer) json.get("size");
    }

    Vocabulary load() throws TensorFileException {
      return Vocabulary.load(path(), size());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// The vocabularies that were asked of `sentencepiece` or of `transformers`.
  static Stream<Directory> directories(String library) {
    try {
      List<?> all = (List<?>) JsonFile.read(resource("/text/golden.json")).get(library);
      return all.stream()
          .map(entry -> (Map<?, ?>) entry)
          .map(json -> new Directory((String) json.get("directory"), json));
    } catch (TensorFileException e) {
      throw new AssertionError(e);
    }
  }

  /// All of them.
  static Stream<Directory> all() {
    return Stream.of("sentencepiece", "transformers").flatMap(Golden::directories);
  }

  static Directory named(String name) {
    return all().filter(directory -> directory.name().equals(name)).findFirst().orElseThrow();
  }

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /// A list of whole numbers; null becomes −1.
  static int[] ints(Object list) {
    return ((List<?>) list).stream().mapToInt(i -> i == null ? -1 : (Integer) i).toArray();
  }

  /// The places in a `String` of spans that are counted in characters of Unicode: `[2, n]`.
  static int[][] spans(Object list, int[] texts, String... sources) {
    List<?> spans = (List<?>) list;
    int[][] places = new int[2][spans.size()];
    for (int i = 0; i < spans.size(); i++) {
      if (texts[i] >= 0) {
        int[] span = ints(spans.get(i));
        places[0][i] = sources[texts[i]].offsetByCodePoints(0, span[0]);
        places[1][i] = sources[texts[i]].offsetByCodePoints(0, span[1]);
      }
    }
    return places;
  }
}
