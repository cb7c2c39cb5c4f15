package dev.reformer4j.cli.plan;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.cli.Say;
import dev.reformer4j.plan.MassTable;
import dev.reformer4j.plan.Method;
import dev.reformer4j.plan.Option;
import dev.reformer4j.plan.Planner;
import dev.reformer4j.plan.Recommendation;
import dev.reformer4j.plan.Workload;
import java.io.StringWriter;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A recommendation for people and for programs.
///
/// @param load what is to be attended over
/// @param threads threads the times are for
/// @param memory bytes that were allowed
/// @param recommendation what to do
/// @param masses what was measured on a sample
/// @param sampleTokens length of the sample; 0 without one
record Report(
    Workload load,
    int threads,
    long memory,
    Recommendation recommendation,
    MassTable masses,
    int sampleTokens) {
  private static final String ROW = "%s %-6s %6s %6s  %-12s %13s %11s %12s%n";

  /// A table, the recommendation, its reason, and the command that does it.
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s tokens x %d heads, dQk %d, dV %d, %s, %s, memory up to %s%n%n"
            .formatted(
                Say.count(load.tokens()),
                load.heads(),
                load.dQk(),
                load.dV(),
                load.causal() ? "causal" : "bidirectional",
                threads + (threads == 1 ? " thread" : " threads"),
                Say.bytes(memory)));
    text.append(
        row(" ", "kind", "rounds", "chunk", "buckets", "captured mass", "time", "peak memory"));
    for (Option option : recommendation.considered()) {
      text.append(row(option));
    }
    text.append(sampleNote()).append(System.lineSeparator());
    text.append(sentence()).append(System.lineSeparator());
    if (recommendation.fits()) {
      text.append(System.lineSeparator())
          .append("  ")
          .append(command())
          .append(System.lineSeparator());
    }
    return text.toString();
  }

  /// One object on one line.
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeNumberProperty("tokens", load.tokens());
      json.writeNumberProperty("heads", load.heads());
      json.writeNumberProperty("dQk", load.dQk());
      json.writeNumberProperty("dV", load.dV());
      json.writeBooleanProperty("causal", load.causal());
      json.writeNumberProperty("threads", threads);
      json.writeNumberProperty("memory", memory);
      json.writeBooleanProperty("fits", recommendation.fits());
      json.writeStringProperty("reason", recommendation.reason());
      json.writeName("recommended");
      write(json, recommendation.chosen());
      json.writeName("considered").writeStartArray();
      recommendation.considered().forEach(option -> write(json, option));
      json.writeEndArray().writeEndObject();
    }
    return text.append(System.lineSeparator()).toString();
  }

  private void write(JsonGenerator json, Option option) {
    json.writeStartObject();
    switch (option.method()) {
      case Method.Exact _ -> json.writeStringProperty("kind", "exact");
      case Method.Local _ -> json.writeStringProperty("kind", "local");
      case Method.Lsh lsh -> {
        json.writeStringProperty("kind", "lsh");
        json.writeNumberProperty("rounds", lsh.config().rounds());
        json.writeNumberProperty("chunk", lsh.config().chunk());
        json.writeStringProperty("buckets", buckets(lsh));
      }
    }
    if (option.capturedMass().isPresent()) {
      json.writeNumberProperty(
          "capturedMass", Math.round(option.capturedMass().getAsDouble() * 1e6) / 1e6);
    }
    json.writeNumberProperty("ms", Math.round(option.seconds() * 1e6) / 1e3);
    json.writeNumberProperty("bytes", Math.round(option.bytes()));
    json.writeEndObject();
  }

  private String row(Option option) {
    String mark = option.equals(recommendation.chosen()) ? "*" : " ";
    String mass =
        option.capturedMass().isPresent()
            ? String.format(Locale.ROOT, "%.3f", option.capturedMass().getAsDouble())
            : "?";
    String time = Say.seconds(option.seconds());
    String bytes = Say.bytes(option.bytes());
    return switch (option.method()) {
      case Method.Exact _ -> row(mark, "exact", "-", "-", "-", mass, time, bytes);
      case Method.Local _ -> row(mark, "local", "-", "-", "-", mass, time, bytes);
      case Method.Lsh lsh ->
          row(
              mark,
              "lsh",
              Integer.toString(lsh.config().rounds()),
              Integer.toString(lsh.config().chunk()),
              buckets(lsh),
              mass,
              time,
              bytes);
    };
  }

  private static String row(Object... cells) {
    return ROW.formatted(cells);
  }

  private String sampleNote() {
    if (masses.isEmpty()) {
      return "";
    }
    String length =
        sampleTokens == load.tokens()
            ? ""
            : "; it has %s tokens, and a length of %s captures another share"
                .formatted(Say.count(sampleTokens), Say.count(load.tokens()));
    return "captured mass: mean over %d queries of the sample, give or take %s%s%n"
        .formatted(
            masses.queries(), String.format(Locale.ROOT, "%.3f", masses.standardError()), length);
  }

  private String sentence() {
    Method method = recommendation.chosen().method();
    String buckets = method instanceof Method.Lsh lsh ? ", buckets " + buckets(lsh) : "";
    return "%s: %s%s: %s."
        .formatted(
            recommendation.fits() ? "Recommended" : "Does not fit",
            Planner.nameOf(method),
            buckets,
            recommendation.reason());
  }

  private String command() {
    String options =
        switch (recommendation.chosen().method()) {
          case Method.Exact _ -> "--exact";
          case Method.Local _ -> throw new IllegalStateException("it is never weighed here");
          case Method.Lsh lsh ->
              "--rounds %d --chunk %d --buckets %s"
                  .formatted(lsh.config().rounds(), lsh.config().chunk(), buckets(lsh));
        };
    return "reformer4j attend --in X.safetensors --out Y.safetensors "
        + options
        + (load.causal() ? " --causal" : "");
  }

  private String buckets(Method.Lsh lsh) {
    return Buckets.of(lsh.factors(load)).toString();
  }
}
