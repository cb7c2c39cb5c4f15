package dev.reformer4j.model;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.model.JsonTree.Digits;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One entry of `config.json`: its key, what its absence means, which values it may have and what
/// they mean.
///
/// @param rule what the value must be; it ends the sentence "… is 7, but must be …"
/// @param reader what a JSON value means, or nothing if it breaks the rule
/// @param writer the JSON value with that meaning
record Setting<T>(
    String key,
    T byDefault,
    String rule,
    Function<Object, Optional<T>> reader,
    Function<T, Object> writer) {

  private static final String SHARE = "a number of at least 0 and below 1";

  private Setting(String key, T byDefault, String rule, Function<Object, Optional<T>> reader) {
    this(key, byDefault, rule, reader, Setting::json);
  }

  /// The value in a tree.
  ///
  /// @throws IllegalArgumentException if it breaks the rule
  T in(Map<String, Object> tree) {
    if (!tree.containsKey(key)) {
      return byDefault;
    }
    Object json = tree.get(key);
    return reader
        .apply(json)
        .orElseThrow(() ->
            new IllegalArgumentException(key + " is " + show(json) + ", but must be " + rule));
  }

  /// Sets the value in a tree.
  void put(Map<String, Object> tree, T value) {
    tree.put(key, writer.apply(value));
  }

  /// Sets what the absence of the key means.
  void putDefault(Map<String, Object> tree) {
    put(tree, byDefault);
  }

  /// The same, where null means the default.
  Setting<T> nullable() {
    return new Setting<>(
        key,
        byDefault,
        rule + ", or null",
        json -> json == null ? Optional.of(byDefault) : reader.apply(json),
        writer);
  }

  static Setting<Integer> whole(String key, int byDefault, int least) {
    return whole(key, byDefault, least, Integer.MAX_VALUE);
  }

  static Setting<Integer> whole(String key, int byDefault, int least, int most) {
    return new Setting<>(
        key,
        byDefault,
        "a whole number from " + least + " to " + most,
        json -> whole(json).filter(n -> n >= least && n <= most));
  }

  static Setting<Double> notNegative(String key, double byDefault) {
    return new Setting<>(
        key, byDefault, "a number of at least 0", json -> number(json).filter(x -> x >= 0));
  }

  /// The share of the numbers that dropout sets to zero.
  static Setting<Double> share(String key, double byDefault) {
    return new Setting<>(key, byDefault, SHARE, Setting::share);
  }

  /// A share of its own, or null for none.
  static Setting<OptionalDouble> optionalShare(String key) {
    return new Setting<>(
        key,
        OptionalDouble.empty(),
        SHARE + ", or null",
        json ->
            json == null
                ? Optional.of(OptionalDouble.empty())
                : share(json).map(OptionalDouble::of));
  }

  static Setting<Boolean> flag(String key, boolean byDefault) {
    return new Setting<>(key, byDefault, "true or false", json -> as(Boolean.class, json));
  }

  static Setting<String> text(String key, String byDefault, List<String> choices) {
    return new Setting<>(
        key,
        byDefault,
        "one of " + String.join(", ", choices),
        json -> as(String.class, json).filter(choices::contains));
  }

  static <E extends Enum<E>> Setting<E> name(String key, E byDefault, E[] choices) {
    return new Setting<>(key, byDefault, "one of " + names(choices), json -> named(json, choices));
  }

  static <E extends Enum<E>> Setting<List<E>> names(String key, List<E> byDefault, E[] choices) {
    return new Setting<>(
        key,
        byDefault,
        "a list of one or more of " + names(choices),
        json -> list(json, name -> named(name, choices)));
  }

  static Setting<List<Integer>> sizes(String key, List<Integer> byDefault) {
    return new Setting<>(
        key,
        byDefault,
        "a list of whole numbers of at least 1",
        json -> list(json, size -> whole(size).filter(n -> n >= 1)));
  }

  /// A number, a list of them, or null for none.
  static Setting<List<Integer>> numbers(String key, List<Integer> byDefault) {
    return new Setting<>(
        key,
        byDefault,
        "a whole number, a list of whole numbers, or null",
        json ->
            json == null || json instanceof List
                ? listOrNull(json, Setting::whole)
                : whole(json).map(List::of),
        values -> values.size() == 1 ? json(values.getFirst()) : emptyIsNull(values));
  }

  static Setting<List<String>> texts(String key) {
    return new Setting<>(
        key,
        List.of(),
        "a list of texts, or null",
        json -> listOrNull(json, text -> as(String.class, text)),
        Setting::emptyIsNull);
  }

  static Setting<OptionalInt> optionalWhole(String key, OptionalInt byDefault) {
    return new Setting<>(
        key,
        byDefault,
        "a whole number, or null",
        json -> json == null ? Optional.of(OptionalInt.empty()) : whole(json).map(OptionalInt::of));
  }

  /// 64 bits, which Python writes with a sign or without.
  static Setting<Long> seed(String key, long byDefault) {
    return new Setting<>(key, byDefault, "a whole number of 64 bits", Setting::seed);
  }

  static Setting<OptionalLong> optionalSeed(String key) {
    return new Setting<>(
        key,
        OptionalLong.empty(),
        "a whole number of 64 bits, or null",
        json ->
            json == null ? Optional.of(OptionalLong.empty()) : seed(json).map(OptionalLong::of));
  }

  private static <T> Optional<T> as(Class<T> type, Object json) {
    return type.isInstance(json) ? Optional.of(type.cast(json)) : Optional.empty();
  }

  private static <T> Optional<List<T>> listOrNull(Object json, Function<Object, Optional<T>> item) {
    return json == null ? Optional.of(List.of()) : list(json, item);
  }

  private static <T> Optional<List<T>> list(Object json, Function<Object, Optional<T>> item) {
    if (!(json instanceof List<?> entries) || entries.isEmpty()) {
      return Optional.empty();
    }
    List<T> items = entries.stream().map(item).flatMap(Optional::stream).toList();
    return items.size() == entries.size() ? Optional.of(items) : Optional.empty();
  }

  private static Optional<Integer> whole(Object json) {
    return wide(json).filter(n -> n.bitLength() < Integer.SIZE).map(BigInteger::intValue);
  }

  private static Optional<Long> seed(Object json) {
    return wide(json)
        .filter(n -> n.bitLength() < Long.SIZE + (n.signum() > 0 ? 1 : 0))
        .map(BigInteger::longValue);
  }

  private static Optional<BigInteger> wide(Object json) {
    return as(Digits.class, json)
        .map(Digits::spelling)
        .filter(spelling -> spelling.matches("-?\\d+"))
        .map(BigInteger::new);
  }

  private static Optional<Double> share(Object json) {
    return number(json).filter(x -> x >= 0 && x < 1);
  }

  private static Optional<Double> number(Object json) {
    return as(Digits.class, json)
        .map(digits -> Double.valueOf(digits.spelling()))
        .filter(Double::isFinite);
  }

  private static <E extends Enum<E>> Optional<E> named(Object json, E[] choices) {
    return Arrays.stream(choices).filter(choice -> nameOf(choice).equals(json)).findFirst();
  }

  private static String names(Enum<?>[] choices) {
    return Arrays.stream(choices).map(Setting::nameOf).collect(Collectors.joining(", "));
  }

  private static String nameOf(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static Object json(Object value) {
    return switch (value) {
      case OptionalDouble x -> x.isPresent() ? json(x.getAsDouble()) : null;
      case OptionalInt n -> n.isPresent() ? json(n.getAsInt()) : null;
      case OptionalLong n -> n.isPresent() ? json(n.getAsLong()) : null;
      case List<?> list -> list.stream().map(Setting::json).toList();
      case Number number -> new Digits(number.toString());
      case Enum<?> choice -> nameOf(choice);
      default -> value;
    };
  }

  private static Object emptyIsNull(List<?> values) {
    return values.isEmpty() ? null : json(values);
  }

  /// A JSON value as a sentence repeats it.
  static String show(Object json) {
    return switch (json) {
      case null -> "null";
      case String text -> quote(text);
      case Map<?, ?> _ -> "an object";
      case List<?> list when list.size() <= 8 ->
          list.stream().map(Setting::show).collect(Collectors.joining(", ", "[", "]"));
      case List<?> list -> "a list of " + list.size();
      default -> json.toString();
    };
  }
}
