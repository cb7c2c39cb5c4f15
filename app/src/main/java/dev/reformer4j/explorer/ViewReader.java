package dev.reformer4j.explorer;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.words.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads a [View] from JSON: one flat object, with no name that is not known and none twice, so
/// that a slip is told and not passed over.
final class ViewReader {
  /// Every name that a view may have; openapi.json describes them.
  static final Set<String> NAMES =
      new TreeSet<>(
          Set.of(
              "text",
              "unit",
              "layer",
              "head",
              "token",
              "rounds",
              "on",
              "buckets",
              "chunk",
              "before",
              "after",
              "causal",
              "chunking",
              "maskOtherBuckets",
              "countOnce",
              "seed",
              "newTokens",
              "temperature"));

  private static final int DEEPEST = 4;
  private static final int MOST_DIGITS = 40;
  private static final int USUAL_NEW_TOKENS = 40;
  private static final double USUAL_TEMPERATURE = 0.8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(MOST_DIGITS)
                  .build())
          .build();

  private final Map<String, Object> values = new HashMap<>();

  private ViewReader() {}

  /// Reads one.
  ///
  /// @param body UTF-8
  /// @throws Problem if it is not a view
  static View read(byte[] body) {
    ViewReader reader = new ViewReader();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      reader.object(json);
    } catch (JacksonException e) {
      throw Problem.badRequest(
          "the body is not the JSON it should be (" + firstLine(e.getOriginalMessage()) + ")");
    }
    return reader.view();
  }

  private static String firstLine(String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private void object(JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw Problem.badRequest("the body is not one JSON object; send {\"text\": …}");
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      if (!NAMES.contains(name)) {
        throw Problem.badRequest(
            "'" + name + "' is not known; a view has " + String.join(", ", NAMES));
      }
      json.nextToken();
      values.put(name, value(json, name));
    }
    if (json.nextToken() != null) {
      throw Problem.badRequest("the body goes on after its closing '}'; send one object");
    }
  }

  private static Object value(JsonParser json, String name) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> {
        try {
          yield json.getLongValue();
        } catch (JacksonException _) {
          throw Problem.badRequest(name + " is beyond 64 bits; use a smaller number");
        }
      }
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<Integer> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || list.size() > 1000) {
            throw Problem.badRequest(name + " is not a short list of whole numbers; send one");
          }
          list.add(whole(name, json.getLongValue()));
        }
        yield list;
      }
      default -> throw Problem.badRequest(name + " is of a kind it cannot be; leave it out");
    };
  }

  private View view() {
    String text = as("text", String.class).orElse("");
    if (hasHalfPair(text)) {
      throw Problem.badRequest("the text has half of a surrogate pair; send whole characters");
    }
    return new View(
        text,
        as("unit", String.class).flatMap(ViewReader::unit),
        number("layer"),
        number("head").orElse(0),
        number("token"),
        number("rounds"),
        list("on"),
        as("buckets", String.class).map(Buckets::parse),
        number("chunk"),
        number("before"),
        number("after"),
        as("causal", Boolean.class),
        as("chunking", String.class).map(ViewReader::chunking),
        as("maskOtherBuckets", Boolean.class),
        as("countOnce", Boolean.class),
        as("seed", Long.class),
        number("newTokens").orElse(USUAL_NEW_TOKENS),
        temperature());
  }

  private static boolean hasHalfPair(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private double temperature() {
    return values.get("temperature") instanceof Long whole
        ? whole
        : as("temperature", Double.class).orElse(USUAL_TEMPERATURE);
  }

  private <T> Optional<T> as(String name, Class<T> type) {
    Object value = values.get(name);
    if (value != null && !type.isInstance(value)) {
      throw Problem.badRequest(name + " is not a " + words(type) + "; send one");
    }
    return Optional.ofNullable(type.cast(value));
  }

  private static String words(Class<?> type) {
    return type == Boolean.class
        ? "true or false"
        : type == String.class ? "string" : type == Long.class ? "whole number" : "number";
  }

  private Optional<Integer> number(String name) {
    return as(name, Long.class).map(value -> whole(name, value));
  }

  private static int whole(String name, long value) {
    if (value != (int) value) {
      throw Problem.badRequest(name + " " + value + " is beyond 32 bits; use a smaller number");
    }
    return (int) value;
  }

  @SuppressWarnings("unchecked") // lists are made in value() and hold nothing else
  private Optional<List<Integer>> list(String name) {
    return as(name, List.class).map(list -> (List<Integer>) list);
  }

  private static Optional<Unit> unit(String name) {
    return switch (name) {
      case "auto" -> Optional.empty();
      case "words" -> Optional.of(Unit.WORDS);
      case "characters" -> Optional.of(Unit.CHARACTERS);
      default ->
          throw Problem.badRequest("unit '" + name + "' is none; use auto, words or characters");
    };
  }

  private static Chunking chunking(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "chunked" -> Chunking.CHUNKED;
      case "sliding" -> Chunking.SLIDING;
      default ->
          throw Problem.badRequest("chunking '" + name + "' is none; use chunked or sliding");
    };
  }
}
