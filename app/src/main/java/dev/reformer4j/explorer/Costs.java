package dev.reformer4j.explorer;

import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.plan.Calibration;
import dev.reformer4j.plan.Method;
import dev.reformer4j.plan.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import tools.jackson.core.JsonGenerator;

/// What LSH, local and exact attention cost, for the text at hand and up to a million tokens, by
/// the planner. Pairs and memory are counted; times need this machine measured, which takes a few
/// seconds once.
final class Costs {
  private static final int SHORTEST = 1 << 10;
  private static final int LONGEST = 1 << 20;

  /// Long enough for rates as they are beyond the cache, short enough for little memory.
  private static final int MEASURED_AT = 1 << 14;

  private static final int USUAL_HEADS = 8;

  private final Map<Integer, Calibration> byWidth = new LinkedHashMap<>();

  /// The lengths looked at: the text's, and powers of two.
  static int[] lengths(int n) {
    return IntStream.concat(
            IntStream.of(n),
            IntStream.iterate(SHORTEST, length -> length <= LONGEST, length -> 2 * length))
        .sorted()
        .distinct()
        .toArray();
  }

  /// The sizes of an attention: those of the text's vectors, with as many heads as are usual if
  /// there is but one.
  static Workload load(Material material, LshConfig config, int tokens) {
    int heads = material.input().heads() == 1 ? USUAL_HEADS : material.input().heads();
    return new Workload(
        tokens, heads, material.input().dQk(), material.input().dV(), config.causal());
  }

  /// What was measured before, if it was.
  Optional<Calibration> known(Material material) {
    synchronized (byWidth) {
      return Optional.ofNullable(byWidth.get(material.input().dQk()));
    }
  }

  /// Measures this machine, unless it was.
  Calibration measured(Material material, LshConfig config, Workers workers) {
    synchronized (byWidth) {
      Optional<Calibration> known = known(material);
      if (known.isPresent()) {
        return known.get();
      }
      Calibration measured =
          Calibration.measure(load(material, config, MEASURED_AT), LshConfig.defaults(), workers);
      byWidth.put(material.input().dQk(), measured);
      return measured;
    }
  }

  /// The ways to attend, by name.
  static SequencedMap<String, Method> methods(LshConfig config) {
    SequencedMap<String, Method> methods = new LinkedHashMap<>();
    methods.put("lsh", new Method.Lsh(config));
    methods.put(
        "local",
        new Method.Local(
            LocalConfig.defaults()
                .withChunk(config.chunk())
                .withNeighbours(config.before(), config.after())
                .withCausal(config.causal())));
    methods.put("exact", new Method.Exact());
    return methods;
  }

  /// Query-key products of one head, masks included.
  static double pairs(Method method, Workload load) {
    double n = load.tokens();
    double full = load.causal() ? n * (n + 1) / 2 : n * n;
    return switch (method) {
      case Method.Exact _ -> full;
      case Method.Local local ->
          Math.min(
              full,
              n * window(local.config().chunk(), local.config().before(), local.config().after()));
      case Method.Lsh lsh ->
          n <= lsh.config().chunk()
              ? full
              : n
                  * lsh.config().rounds()
                  * window(lsh.config().chunk(), lsh.config().before(), lsh.config().after());
    };
  }

  private static double window(int chunk, int before, int after) {
    return (double) chunk * (1 + before + after);
  }

  /// One line of the answer.
  ///
  /// @param rates of this machine, if it has been measured
  static byte[] line(Material material, LshConfig config, Optional<Calibration> rates) {
    int[] lengths = lengths(material.real());
    return Json.object(json -> {
      Json.numbers(json, "tokens", lengths);
      json.writeNumberProperty("heads", load(material, config, 1).heads());
      json.writeNumberProperty("dQk", material.input().dQk());
      json.writeNumberProperty("n", material.real());
      json.writeBooleanProperty("measured", rates.isPresent());
      methods(config).forEach((name, method) -> write(json, name, method, material, config, rates));
    });
  }

  private static void write(
      JsonGenerator json,
      String name,
      Method method,
      Material material,
      LshConfig config,
      Optional<Calibration> rates) {
    List<Workload> loads = new ArrayList<>();
    for (int tokens : lengths(material.real())) {
      loads.add(load(material, config, tokens));
    }
    json.writeObjectPropertyStart(name);
    row(json, "pairs", loads.stream().map(load -> pairs(method, load)).toList());
    row(json, "bytes", loads.stream().map(method::memory).toList());
    rates.ifPresent(known ->
        row(json, "seconds", loads.stream().map(load -> known.seconds(method, load)).toList()));
    json.writeEndObject();
  }

  private static void row(JsonGenerator json, String name, List<Double> numbers) {
    json.writeArrayPropertyStart(name);
    numbers.forEach(json::writeNumber);
    json.writeEndArray();
  }
}
