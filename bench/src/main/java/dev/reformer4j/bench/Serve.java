package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.kernel.Kernels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Runs attentions on request, one JSON object a line, so that a script can take turns between this
/// JVM, which stays warm, and another library.
///
/// - `{"do":"info"}` tells JVM and kernels.
/// - `{"do":"prepare","kind":"lsh","n":4096,"rounds":4,"buckets":"auto","seconds":3}` makes an
///   input, checks the results, and warms up; kinds `local` and `exact` need neither rounds nor
///   buckets.
/// - `{"do":"run","pass":"forward"}` runs what was prepared last and tells the time; pass `both` is
///   forward and backward. With `"name"` in both, several can be kept.
/// - `{"do":"forget"}` frees all that was prepared.
final class Serve {
  private static final int HEADS = 8;
  private static final int WIDTH = 64;

  private final Workers workers;
  private final Map<String, Subject> subjects = new HashMap<>();

  private Serve(Workers workers) {
    this.workers = workers;
  }

  /// Answers until the input ends.
  static void run(BufferedReader in, PrintStream out, int threads) throws IOException {
    try (Workers workers = Workers.of(threads)) {
      Serve serve = new Serve(workers);
      Conversation.hold(in, out, serve::answer);
    }
  }

  private JsonLine answer(Map<String, String> request) {
    return switch (request.getOrDefault("do", "nothing")) {
      case "info" -> info();
      case "prepare" -> prepare(request);
      case "run" -> time(request);
      case "forget" -> forget();
      default ->
          throw new IllegalArgumentException(
              "request " + request + " names no deed; use info, prepare, run or forget");
    };
  }

  static JsonLine info() {
    return new JsonLine()
        .with("jdk", System.getProperty("java.vm.version"))
        .with("vendor", System.getProperty("java.vm.vendor"))
        .with("kernels", Kernels.best().name())
        .with("processors", Runtime.getRuntime().availableProcessors())
        .with("heapMiB", Runtime.getRuntime().maxMemory() >> 20);
  }

  private JsonLine prepare(Map<String, String> request) {
    Subject subject = subject(request);
    subject.check(workers);
    double seconds = Double.parseDouble(request.getOrDefault("seconds", "3"));
    Consumer<Subject> pass = pass(request);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int runs = 0;
    while (runs < 1 || System.nanoTime() < end) {
      pass.accept(subject);
      runs++;
    }
    subjects.put(name(request), subject);
    return new JsonLine().with("runs", runs);
  }

  private static Subject subject(Map<String, String> request) {
    int n = Integer.parseInt(Conversation.need(request, "n"));
    return switch (Conversation.need(request, "kind")) {
      case "lsh" ->
          Subject.lsh(
              HEADS,
              n,
              WIDTH,
              Integer.parseInt(Conversation.need(request, "rounds")),
              Buckets.parse(request.getOrDefault("buckets", "auto")));
      case "local" -> Subject.local(HEADS, n, WIDTH);
      case "exact" -> Subject.exact(HEADS, n, WIDTH);
      default ->
          throw new IllegalArgumentException(
              "kind " + request.get("kind") + " is unknown; use lsh, local or exact");
    };
  }

  private JsonLine time(Map<String, String> request) {
    Subject subject = subjects.get(name(request));
    if (subject == null) {
      throw new IllegalArgumentException(
          "nothing named '" + name(request) + "' was prepared; ask for prepare first");
    }
    Consumer<Subject> pass = pass(request);
    long start = System.nanoTime();
    pass.accept(subject);
    return new JsonLine().with("ms", (System.nanoTime() - start) / 1e6);
  }

  private JsonLine forget() {
    subjects.clear();
    System.gc();
    return new JsonLine().with("forgotten", true);
  }

  private Consumer<Subject> pass(Map<String, String> request) {
    return switch (request.getOrDefault("pass", "forward")) {
      case "forward" -> subject -> subject.forward(workers);
      case "both" ->
          subject -> {
            AttentionResult result = subject.forward(workers);
            subject.backward(result, workers);
          };
      default ->
          throw new IllegalArgumentException(
              "pass " + request.get("pass") + " is unknown; use forward or both");
    };
  }

  private static String name(Map<String, String> request) {
    return request.getOrDefault("name", "");
  }
}
