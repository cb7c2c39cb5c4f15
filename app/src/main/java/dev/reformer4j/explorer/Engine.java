package dev.reformer4j.explorer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LostKey;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.WeighedKey;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.plan.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// Answers views: what the page asks, computed by the attention, the trace and the planner that the
/// command line uses. Knows nothing of HTTP.
final class Engine implements AutoCloseable {
  /// The rounds of the worked example in docs/lsh-attention.md.
  static final double[][] WORKED_EXAMPLE = {{-0.41, 2.67}, {-3.03, 1.12}, {1.83, -0.95}};

  private static final int MATERIALS_KEPT = 8;
  private static final int SUMS_KEPT = 32;
  private static final int MOST_KEYS = 40;

  private final Source source;
  private final Limits limits;
  private final Workers workers;
  private final Costs costs = new Costs();
  private final Map<List<Object>, Material> materials = new Recent<>(MATERIALS_KEPT);
  private final Map<List<Object>, float[]> exactSums = new Recent<>(SUMS_KEPT);

  Engine(Source source, Limits limits, Workers workers) {
    this.source = source;
    this.limits = limits;
    this.workers = workers;
  }

  /// The last few things used.
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  /// Reads the text that the page begins with, so that it is there when it is asked for.
  boolean warmUp() {
    attention(
        ViewReader.read(Json.object(json -> json.writeStringProperty("text", Export.USUAL_TEXT))));
    return true;
  }

  /// What there is to look at.
  byte[] status() {
    return Json.object(json -> {
      json.writeStringProperty("source", source.name());
      json.writeBooleanProperty("generates", source.continuation().isPresent());
      json.writeBooleanProperty("choosesUnit", source.layers().isEmpty());
      json.writeArrayPropertyStart("layers");
      for (Source.Layer layer : source.layers()) {
        json.writeStartObject();
        json.writeNumberProperty("index", layer.index());
        json.writeBooleanProperty("hashes", layer.hashes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberProperty("mostTokens", limits.tokens());
      json.writeNumberProperty("mostRounds", View.MOST_ROUNDS);
      json.writeNumberProperty("mostNewTokens", limits.newTokens());
      json.writeNumberProperty("levelsPerNat", ExactLevels.PER_NAT);
      workedExample(json);
    });
  }

  private static void workedExample(JsonGenerator json) {
    json.writeArrayPropertyStart("workedExample");
    for (double[] round : WORKED_EXAMPLE) {
      json.writeStartObject();
      json.writeNumberProperty("bucket", RotatedScores.of(round).argmax());
      scores(json, List.of(RotatedScores.of(round)));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// The tokens of a text, the sizes of their vectors, and how such vectors are usually hashed.
  byte[] text(View view) {
    Material material = material(view);
    LshConfig usual = material.usual();
    return Json.object(json -> {
      json.writeArrayPropertyStart("tokens");
      material.labels().forEach(json::writeString);
      json.writeEndArray();
      json.writeNumberProperty("real", material.real());
      json.writeStringProperty("unit", material.unit());
      json.writeStringProperty("origin", material.origin());
      json.writeNumberProperty("n", material.n());
      json.writeNumberProperty("dModel", material.dModel());
      json.writeNumberProperty("heads", material.input().heads());
      json.writeNumberProperty("dQk", material.input().dQk());
      json.writeNumberProperty("dV", material.input().dV());
      json.writeNumberProperty("middle", material.middle());
      json.writeObjectPropertyStart("usual");
      settings(json, usual);
      json.writeStringProperty("seed", material.seed());
      json.writeEndObject();
    });
  }

  private static void settings(JsonGenerator json, LshConfig config) {
    json.writeNumberProperty("rounds", Math.min(View.MOST_ROUNDS, config.rounds()));
    json.writeStringProperty("buckets", config.buckets().toString());
    json.writeNumberProperty("chunk", config.chunk());
    json.writeNumberProperty("before", config.before());
    json.writeNumberProperty("after", config.after());
    json.writeBooleanProperty("causal", config.causal());
    json.writeStringProperty("chunking", config.chunking().name().toLowerCase(Locale.ROOT));
    json.writeBooleanProperty("maskOtherBuckets", config.maskOtherBuckets());
    json.writeBooleanProperty("countOnce", config.countOnce());
  }

  /// Buckets, orders, the keys every query meets, and the mass it captures.
  byte[] attention(View view) {
    long start = System.nanoTime();
    Scene scene = scene(view);
    Hashes hashes = scene.hashes();
    KeyRuns runs = KeyRuns.of(scene.activeHashes(), scene.activeConfig());
    float[] exact = exactSums(view, scene);
    int most = scene.activeConfig().rounds();
    List<float[]> byRounds = new ArrayList<>();
    for (int rounds = 1; rounds <= most; rounds++) {
      byRounds.add(scene.capturedMass(rounds, exact, workers));
    }
    return Json.object(json -> {
      json.writeNumberProperty("n", scene.n());
      json.writeNumberProperty("real", scene.material().real());
      json.writeBooleanProperty("hashed", hashes.isHashed());
      Json.numbers(json, "factors", hashes.factors());
      json.writeNumberProperty("bucketCount", hashes.buckets());
      settings(json, scene.config());
      json.writeNumberProperty("hashedRounds", hashes.rounds());
      Json.numbers(json, "active", hashes.isHashed() ? scene.active() : new int[] {0});
      Json.packed(json, "ids", joined(hashes, false));
      Json.packed(json, "order", joined(hashes, true));
      Json.packed(json, "runFirst", runs.first());
      Json.packed(json, "runLength", runs.length());
      Json.packed(json, "mass", byRounds.getLast());
      json.writeArrayPropertyStart("massByRounds");
      byRounds.forEach(mass -> json.writeNumber(mean(mass, scene.material().real())));
      json.writeEndArray();
      Json.number(json, "ms", (System.nanoTime() - start) / 1e6);
    });
  }

  private static int[] joined(Hashes hashes, boolean order) {
    int n = hashes.n();
    int[] all = new int[hashes.rounds() * n];
    for (int round = 0; round < hashes.rounds(); round++) {
      int[] one = order ? hashes.order(0, 0, round) : hashes.ids(0, 0, round);
      System.arraycopy(one, 0, all, round * n, n);
    }
    return all;
  }

  private static double mean(float[] mass, int real) {
    double sum = 0;
    for (int i = 0; i < real; i++) {
      sum += mass[i];
    }
    return Math.round(1e6 * sum / real) / 1e6;
  }

  /// The weights of full attention as [ExactLevels].
  byte[] exact(View view) {
    Scene scene = scene(view);
    return ExactLevels.of(scene.input(), scene.config().causal(), exactSums(view, scene), workers);
  }

  /// The story of one token: its rotated values, what it saw and what it lost, and the plane in
  /// which it can be dragged.
  byte[] token(View view) {
    Scene scene = scene(view);
    int token = view.token().orElseGet(scene.material()::middle);
    Hashes hashes = scene.hashes();
    TokenTrace all =
        new Trace(scene.input(), scene.config(), scene.rotations(), hashes, 0, 0).token(token);
    TokenTrace seen =
        scene.active().length == scene.config().rounds()
            ? all
            : new Trace(
                    scene.input(),
                    scene.activeConfig(),
                    scene.activeRotations(),
                    scene.activeHashes(),
                    0,
                    0)
                .token(token, new int[0]);
    int columns = Arrays.stream(hashes.factors()).sum() / 2;
    Optional<Plane> plane =
        hashes.isHashed()
            ? Optional.of(
                Plane.of(
                    scene.input(),
                    token,
                    scene.rotations().draw(1, scene.input().dQk(), hashes.rounds(), columns)))
            : Optional.empty();
    return Json.object(json -> {
      json.writeNumberProperty("token", token);
      Json.number(json, "capturedMass", seen.capturedMass());
      json.writeArrayPropertyStart("rounds");
      all.rounds().forEach(round -> write(json, round));
      json.writeEndArray();
      json.writeNumberProperty("seen", seen.keys().size());
      keys(json, "keys", seen.keys().stream().limit(MOST_KEYS).toList(), scene.active());
      json.writeNumberProperty("missed", seen.lost().size());
      lost(json, seen.lost().stream().limit(MOST_KEYS).toList());
      plane.ifPresent(drawn -> {
        Json.packed(json, "points", drawn.points());
        Json.packed(json, "posts", drawn.posts());
        Json.number(json, "length", drawn.length());
      });
    });
  }

  private static void write(JsonGenerator json, RoundTrace round) {
    json.writeStartObject();
    json.writeNumberProperty("round", round.round());
    json.writeNumberProperty("bucket", round.bucket());
    json.writeNumberProperty("place", round.place());
    json.writeNumberProperty("chunk", round.chunk());
    scores(json, round.scores());
    json.writeEndObject();
  }

  /// For every factor xR, and which of [xR; −xR] is the largest.
  private static void scores(JsonGenerator json, List<RotatedScores> scores) {
    json.writeArrayPropertyStart("scores");
    for (RotatedScores factor : scores) {
      json.writeStartObject();
      json.writeArrayPropertyStart("values");
      factor.values().forEach(value -> json.writeNumber(Math.round(value * 1e4) / 1e4));
      json.writeEndArray();
      json.writeNumberProperty("argmax", factor.argmax());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// Keys that were seen, as they are told of a token.
  ///
  /// @param active what the rounds of the keys are called
  static void keys(JsonGenerator json, String name, List<WeighedKey> keys, int[] active) {
    json.writeArrayPropertyStart(name);
    for (WeighedKey key : keys) {
      json.writeStartObject();
      json.writeNumberProperty("token", key.token());
      json.writeArrayPropertyStart("rounds");
      key.rounds().forEach(round -> json.writeNumber(active[round]));
      json.writeEndArray();
      Json.number(json, "logit", key.logit());
      Json.number(json, "weight", key.weight());
      Json.number(json, "fullWeight", key.fullWeight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void lost(JsonGenerator json, List<LostKey> keys) {
    json.writeArrayPropertyStart("lost");
    for (LostKey key : keys) {
      json.writeStartObject();
      json.writeNumberProperty("token", key.token());
      Json.number(json, "logit", key.logit());
      Json.number(json, "fullWeight", key.fullWeight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// Pairs and memory at once, times when they have been measured: one line each.
  void cost(View view, Consumer<byte[]> lines) {
    Material material = material(view);
    LshConfig config = view.config(material.usual());
    Optional<Calibration> known = costs.known(material);
    lines.accept(Costs.line(material, config, known));
    if (known.isEmpty()) {
      Calibration measured = costs.measured(material, config, workers);
      lines.accept(Costs.line(material, config, Optional.of(measured)));
    }
  }

  /// The last line of [#cost].
  byte[] measuredCost(View view) {
    Material material = material(view);
    LshConfig config = view.config(material.usual());
    return Costs.line(material, config, Optional.of(costs.measured(material, config, workers)));
  }

  /// How many tokens a text has, without padding.
  int real(View view) {
    return material(view).real();
  }

  /// A continuation, a line a token, and one that says why it ended.
  void generate(View view, Consumer<byte[]> lines) {
    Continuation continuation =
        source
            .continuation()
            .orElseThrow(() ->
                Problem.badRequest(
                    source.name()
                        + " cannot go on with a text; start the explorer with --model DIR, a"
                        + " language model"));
    String reason =
        continuation.run(
            view,
            limits.tokens(),
            limits.newTokens(),
            workers,
            (position, id, piece, story) -> {
              lines.accept(told(position, id, piece, story));
              return !Thread.currentThread().isInterrupted();
            });
    lines.accept(Json.object(json -> json.writeStringProperty("end", reason)));
  }

  private static byte[] told(int position, int id, String piece, TokenTrace story) {
    return Json.object(json -> {
      json.writeNumberProperty("position", position);
      json.writeNumberProperty("id", id);
      json.writeStringProperty("piece", piece);
      if (story != null) {
        int[] rounds = story.rounds().stream().mapToInt(RoundTrace::round).toArray();
        json.writeNumberProperty("query", story.token());
        Json.number(json, "capturedMass", story.capturedMass());
        keys(json, "keys", Continuation.heaviest(story), rounds);
      }
    });
  }

  private Scene scene(View view) {
    return Scene.of(view, material(view), workers);
  }

  private Material material(View view) {
    List<Object> key = List.of(view.text(), view.unit(), view.layer());
    synchronized (materials) {
      Material kept = materials.get(key);
      if (kept != null) {
        return kept;
      }
    }
    Material read = source.read(view.text(), view.unit(), view.layer(), limits.tokens(), workers);
    synchronized (materials) {
      materials.put(key, read);
    }
    return read;
  }

  private float[] exactSums(View view, Scene scene) {
    List<Object> key =
        List.of(view.text(), view.unit(), view.layer(), view.head(), scene.config().causal());
    synchronized (exactSums) {
      float[] kept = exactSums.get(key);
      if (kept != null) {
        return kept;
      }
    }
    float[] sums = scene.exactLogSumExp(workers);
    synchronized (exactSums) {
      exactSums.put(key, sums);
    }
    return sums;
  }

  @Override
  public void close() {
    workers.close();
  }
}
