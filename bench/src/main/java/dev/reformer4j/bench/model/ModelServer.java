package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Conversation;
import dev.reformer4j.bench.JsonLine;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Runs models on request, one JSON object a line (see [Conversation]), so that a script can take
/// turns between this JVM, which stays warm, and another library. `IDS` is a `.npy` file.
///
/// - `{"do":"load","name":"m","dir":DIR}` loads a model.
/// - `{"do":"logits","name":"m","ids":IDS,"out":Y.npy}` writes what it says of a sequence.
/// - `{"do":"forward","name":"m","ids":IDS}` computes the logits and tells the time.
/// - `{"do":"train","name":"m","ids":IDS,"rate":0.001}` does a training step and tells the time and
///   the loss before it.
/// - `{"do":"generate","name":"m","ids":IDS,"tokens":100}` goes on after a prompt, and tells the
///   ids and the time of the prompt and of the tokens after the first.
/// - `{"do":"dense","in":256,"out":1024,"n":4096}` runs a dense layer and tells the time.
/// - `{"do":"project","heads":8,"width":64,"n":4096}` does what a layer of attention does beside
///   it, and tells the time.
final class ModelServer {
  private final Workers workers;
  private final Map<String, ModelSubject> models = new HashMap<>();
  private final Map<Map<String, String>, CheckedWork> works = new HashMap<>();
  private final Map<String, int[]> sequences = new HashMap<>();

  private ModelServer(Workers workers) {
    this.workers = workers;
  }

  /// Answers until the input ends.
  static void run(BufferedReader in, PrintStream out, int threads) throws IOException {
    try (Workers workers = Workers.of(threads)) {
      ModelServer server = new ModelServer(workers);
      Conversation.hold(in, out, server::answer);
    }
  }

  private JsonLine answer(Map<String, String> request) throws IOException {
    return switch (request.getOrDefault("do", "nothing")) {
      case "load" -> load(request);
      case "logits" -> logits(request);
      case "forward" -> forward(request);
      case "train" -> train(request);
      case "generate" -> generate(request);
      case "dense" -> dense(request);
      case "project" -> project(request);
      default ->
          throw new IllegalArgumentException(
              "request "
                  + request
                  + " names no deed; use load, logits, forward, train, generate, dense or"
                  + " project");
    };
  }

  private JsonLine load(Map<String, String> request) throws IOException {
    Reformer model = Reformer.load(Path.of(Conversation.need(request, "dir")));
    models.put(Conversation.need(request, "name"), new ModelSubject(model));
    return new JsonLine().with("parameters", parameters(model));
  }

  private static long parameters(Reformer model) {
    return model.parameters().values().stream().mapToLong(parameter -> parameter.size()).sum();
  }

  private ModelSubject subject(Map<String, String> request) {
    String name = Conversation.need(request, "name");
    ModelSubject subject = models.get(name);
    if (subject == null) {
      throw new IllegalArgumentException(
          "no model named '" + name + "' was loaded; ask for load first");
    }
    return subject;
  }

  private int[] ids(Map<String, String> request) throws IOException {
    String file = Conversation.need(request, "ids");
    if (!sequences.containsKey(file)) {
      try (Npy npy = Npy.open(Path.of(file))) {
        sequences.put(file, npy.ints());
      }
    }
    return sequences.get(file);
  }

  private JsonLine logits(Map<String, String> request) throws IOException {
    Tensor logits = subject(request).model().logits(ids(request), workers);
    Npy.write(Path.of(Conversation.need(request, "out")), logits);
    return new JsonLine().with("rows", logits.dim(0));
  }

  private JsonLine forward(Map<String, String> request) throws IOException {
    Reformer model = subject(request).model();
    int[] ids = ids(request);
    long start = System.nanoTime();
    model.logits(ids, workers);
    return new JsonLine().with("ms", millis(start));
  }

  private JsonLine train(Map<String, String> request) throws IOException {
    ModelSubject subject = subject(request);
    int[] ids = ids(request);
    double rate = Double.parseDouble(Conversation.need(request, "rate"));
    Activations activations =
        Activations.valueOf(Conversation.need(request, "activations").toUpperCase(Locale.ROOT));
    long start = System.nanoTime();
    double loss = subject.train(ids, rate, activations, workers);
    return new JsonLine().with("ms", millis(start)).with("loss", loss);
  }

  private JsonLine generate(Map<String, String> request) throws IOException {
    int tokens = Integer.parseInt(Conversation.need(request, "tokens"));
    Generation generation = subject(request).generate(ids(request), tokens, workers);
    int[] drawn = generation.completions().getFirst().ids();
    return new JsonLine()
        .with("promptMs", generation.timing().promptTime().toNanos() / 1e6)
        .with("ms", generation.timing().laterTime().toNanos() / 1e6)
        .with("laterTokens", generation.timing().laterTokens())
        .with(
            "ids",
            Arrays.stream(drawn).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
  }

  private JsonLine dense(Map<String, String> request) {
    int in = number(request, "in");
    int out = number(request, "out");
    int n = number(request, "n");
    return timed(request, () -> new DenseSubject(in, out, n));
  }

  private JsonLine project(Map<String, String> request) {
    int heads = number(request, "heads");
    int width = number(request, "width");
    int n = number(request, "n");
    return timed(request, () -> new ProjectionSubject(heads, width, n));
  }

  /// Work that is made and checked when it is first asked for.
  private JsonLine timed(Map<String, String> request, Supplier<CheckedWork> maker) {
    CheckedWork work =
        works.computeIfAbsent(
            Map.copyOf(request),
            _ -> {
              CheckedWork made = maker.get();
              made.check();
              return made;
            });
    long start = System.nanoTime();
    work.run(workers);
    return new JsonLine().with("ms", millis(start));
  }

  private static int number(Map<String, String> request, String name) {
    return Integer.parseInt(Conversation.need(request, name));
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
