package dev.reformer4j.attention.golden;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One JSON object of the golden data. Arrays of numbers are `double[]`, others are lists; null is
/// absent.
final class GoldenJson {
  private final String name;
  private final Map<String, Object> fields;

  private GoldenJson(String name, Map<String, Object> fields) {
    this.name = name;
    this.fields = fields;
  }

  /// @param name its path below `golden`, without `.json`
  static GoldenJson read(String name) {
    String path = "/golden/" + name + ".json";
    try (InputStream stream = GoldenJson.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new AssertionError("no " + path + "; " + HOW_TO_MAKE);
      }
      try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), stream)) {
        parser.nextToken();
        return new GoldenJson(name, object(parser));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read " + path + "; " + HOW_TO_MAKE, e);
    }
  }

  static final String HOW_TO_MAKE =
      "make the golden data again by: pip install torch transformers;"
          + " python attention/src/test/resources/golden/make_golden.py"
          + " (and make_cache_golden.py)";

  boolean has(String field) {
    return fields.containsKey(field);
  }

  int integer(String field) {
    return Math.toIntExact(whole(field));
  }

  long whole(String field) {
    return (long) number(field);
  }

  boolean flag(String field) {
    return (Boolean) value(field);
  }

  double[] numbers(String field) {
    return (double[]) value(field);
  }

  int[] integers(String field) {
    return Arrays.stream(numbers(field)).mapToInt(x -> (int) x).toArray();
  }

  float[] floats(String field) {
    double[] numbers = numbers(field);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /// Numbers that are 1 or 0, as flags; empty if the field is null.
  Optional<boolean[]> flags(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    double[] numbers = numbers(field);
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] == 1;
    }
    return Optional.of(flags);
  }

  List<String> texts(String field) {
    return ((List<?>) value(field)).stream().map(String.class::cast).toList();
  }

  @SuppressWarnings("unchecked") // objects in lists come from object() below
  List<GoldenJson> objects(String field) {
    return ((List<?>) value(field))
        .stream().map(each -> new GoldenJson(name, (Map<String, Object>) each)).toList();
  }

  private double number(String field) {
    return (Double) value(field);
  }

  private Object value(String field) {
    Object value = fields.get(field);
    if (value == null) {
      throw new AssertionError("golden/" + name + ".json has no " + field + "; " + HOW_TO_MAKE);
    }
    return value;
  }

  private static Map<String, Object> object(JsonParser parser) {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        fields.put(field, any(parser));
      }
    }
    return fields;
  }

  private static Object any(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> parser.getString();
    };
  }

  private static Object array(JsonParser parser) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(any(parser));
    }
    boolean numbers = elements.stream().allMatch(Double.class::isInstance);
    return numbers ? elements.stream().mapToDouble(Double.class::cast).toArray() : elements;
  }
}
