package dev.reformer4j.explorer;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.plan.Calibration;
import dev.reformer4j.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Answers views: what the page asks, computed by the attention, the trace and the planner that the
/// command line uses. Knows nothing of HTTP.
///
/// A control that moves changes little of what a view needs. The vectors of a text, the weights of
/// full attention and the plane of a token depend on none of the controls of hashing, so they are
/// kept, and an answer costs no more than hashing and a look-up for every pair that is computed.
final class Engine implements AutoCloseable {
  private static final int MATERIALS_KEPT = 8;
  private static final int SCENES_KEPT = 4;
  private static final int PLANES_KEPT = 32;
  private static final int PRACTICE = 30;
  private static final int PRACTICE_TOKENS = 1024;

  /// Time for reading texts in practice; some sources learn for long before they have vectors.
  private static final Duration READING = Duration.ofMillis(1500);

  /// Room for the weights of full attention over as many tokens as a text may have, if the heap is
  /// no small one.
  private static final long WEIGHTS_KEPT =
      Math.min(96L << 20, Runtime.getRuntime().maxMemory() / 6);

  private final Source source;
  private final Limits limits;
  private final Workers workers;
  private final Costs costs = new Costs();
  private final Recent<List<Object>, Material> materials = new Recent<>(MATERIALS_KEPT);
  private final Recent<View, Scene> scenes = new Recent<>(SCENES_KEPT);
  private final Recent<List<Object>, FullWeights> weights =
      new Recent<>(WEIGHTS_KEPT, FullWeights::bytes);
  private final Recent<List<Object>, Plane> planes = new Recent<>(PLANES_KEPT);

  Engine(Source source, Limits limits, Workers workers) {
    this.source = source;
    this.limits = limits;
    this.workers = workers;
  }

  /// Reads the text that the page begins with, so that it is there when it is asked for.
  boolean warmUp() {
    attention(ViewReader.read(asked(Export.USUAL_TEXT, OptionalInt.empty())));
    return true;
  }

  /// Answers as it will have to: the JVM compiles what runs often, and no reader shall wait for
  /// that. What is kept of one text and head is computed every time, as for another, and kept no
  /// longer: that place belongs to what the reader looks at.
  boolean practise() {
    String longer = Export.USUAL_TEXT.repeat(PRACTICE_TOKENS).substring(0, PRACTICE_TOKENS);
    for (int seed = 0; seed < PRACTICE && !isUnwanted(); seed++) {
      View view = ViewReader.read(asked(longer, OptionalInt.of(seed)));
      attention(view);
      Scene scene = scene(view);
      FullWeights.of(scene.input(), seed % 2 == 0, workers);
      Plane.of(scene.input(), seed);
    }
    View view = ViewReader.read(asked(longer, OptionalInt.empty()));
    long end = System.nanoTime() + READING.toNanos();
    for (int i = 0; i < PRACTICE && System.nanoTime() < end && !isUnwanted(); i++) {
      source.read(view.text(), view.unit(), view.layer(), limits.tokens(), workers);
    }
    return true;
  }

  private static boolean isUnwanted() {
    return Thread.currentThread().isInterrupted();
  }

  private static byte[] asked(String text, OptionalInt seed) {
    return Json.object(json -> {
      json.writeStringProperty("text", text);
      if (seed.isPresent()) {
        json.writeNumberProperty("seed", seed.getAsInt());
        json.writeNumberProperty("token", 0);
      }
    });
  }

  /// What there is to look at.
  byte[] status() {
    return StatusAnswer.of(source, limits);
  }

  /// The tokens of a text.
  byte[] text(View view) {
    return TextAnswer.of(material(view));
  }

  /// Buckets, orders, the keys every query meets, and the mass it captures; and the story of a
  /// token, if the view names one.
  byte[] attention(View view) {
    long start = System.nanoTime();
    Scene scene = scene(view);
    ActiveRounds rounds = scene.activeRounds();
    KeyRuns runs = KeyRuns.of(rounds, scene.config());
    float[][] mass = CapturedByRounds.of(fullWeights(view, scene), scene.config(), rounds, workers);
    Optional<TokenAnswer> story = view.token().map(token -> story(view, scene, token));
    return AttentionAnswer.of(scene, runs, mass, story, start);
  }

  /// The levels of [FullWeights].
  byte[] exact(View view) {
    return fullWeights(view, scene(view)).levels();
  }

  /// The story of one token.
  byte[] token(View view) {
    Scene scene = scene(view);
    TokenAnswer story = story(view, scene, view.token().orElseGet(scene.material()::middle));
    return Json.object(story::write);
  }

  private TokenAnswer story(View view, Scene scene, int token) {
    TokenTrace all = scene.traceOfAll().token(token);
    boolean allAreOn = scene.active().length == scene.config().rounds();
    TokenTrace seen = allAreOn ? all : scene.traceOfActive(workers).token(token, new int[0]);
    return new TokenAnswer(all, seen, scene.active(), posted(view, scene, token));
  }

  private Optional<TokenAnswer.Posted> posted(View view, Scene scene, int token) {
    if (!scene.hashes().isHashed()) {
      return Optional.empty();
    }
    Plane plane =
        planes.get(
            List.of(view.text(), view.unit(), view.layer(), view.head(), token),
            () -> Plane.of(scene.input(), token));
    int columns = Arrays.stream(scene.hashes().factors()).sum() / 2;
    Tensor rotations =
        scene.rotations().draw(1, scene.input().dQk(), scene.hashes().rounds(), columns);
    return Optional.of(new TokenAnswer.Posted(plane, plane.posts(rotations)));
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
                        + " cannot go on with a text; start the explorer with a language model,"
                        + " such as the one that it takes where neither --model nor --words is"
                        + " given"));
    String reason =
        continuation.run(
            view,
            limits.tokens(),
            limits.newTokens(),
            workers,
            (position, id, piece, story) -> {
              lines.accept(TokenAnswer.ofNew(position, id, piece, story));
              return !Thread.currentThread().isInterrupted();
            });
    lines.accept(Json.object(json -> json.writeStringProperty("end", reason)));
  }

  private Scene scene(View view) {
    View ofAll = view.ofAllTokens();
    return scenes.get(ofAll, () -> Scene.of(ofAll, material(view), workers));
  }

  private Material material(View view) {
    return materials.get(
        List.of(view.text(), view.unit(), view.layer()),
        () -> source.read(view.text(), view.unit(), view.layer(), limits.tokens(), workers));
  }

  private FullWeights fullWeights(View view, Scene scene) {
    boolean causal = scene.config().causal();
    return weights.get(
        List.of(view.text(), view.unit(), view.layer(), view.head(), causal),
        () -> FullWeights.of(scene.input(), causal, workers));
  }

  @Override
  public void close() {
    workers.close();
  }
}
