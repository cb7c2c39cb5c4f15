package dev.reformer4j.bench.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.JsonLine;
import dev.reformer4j.bench.Repeated;
import dev.reformer4j.bench.StageProfile;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The measurements of models, each a command that prints one line of JSON.
public final class ModelMeasure {
  private static final String COMMANDS =
      "serve THREADS, stages PASS DIR N THREADS SECONDS, flat DIR NEAR FAR STEPS THREADS, forward"
          + " CONFIG N THREADS, train CONFIG N THREADS";

  /// Runs before anything is measured: enough for the compiler to have seen all that matters.
  private static final int WARM_UP_SECONDS = 8;

  private static final double RATE = 1e-3;

  private ModelMeasure() {}

  /// `serve THREADS` | `stages PASS DIR N THREADS SECONDS` | `flat DIR NEAR FAR STEPS THREADS` |
  /// `forward CONFIG N THREADS` | `train CONFIG N THREADS`
  public static void main(String[] args) throws IOException {
    String command = args.length == 0 ? "" : args[0];
    switch (command) {
      case "serve" ->
          ModelServer.run(
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
              System.out,
              Integer.parseInt(args[1]));
      case "stages" -> System.out.println(stages(args));
      case "flat" -> System.out.println(flat(args));
      case "forward" -> System.out.println(forward(args));
      case "train" -> System.out.println(train(args));
      default -> {
        System.err.println("command '" + command + "' is not one of: " + COMMANDS);
        System.exit(2);
      }
    }
  }

  private static JsonLine stages(String[] args) throws IOException {
    ModelSubject subject = new ModelSubject(Reformer.load(Path.of(args[2])));
    int[] ids = ModelSubject.randomIds(Integer.parseInt(args[3]));
    try (Workers workers = Workers.of(Integer.parseInt(args[4]))) {
      Runnable pass =
          args[1].equals("train")
              ? () -> subject.train(ids, RATE, Activations.STORED, workers)
              : () -> subject.model().logits(ids, workers);
      Repeated.repeat(pass, Duration.ofSeconds(WARM_UP_SECONDS));
      long collected = collectionMillis();
      long start = System.nanoTime();
      double ms = Repeated.medianMillis(pass, 7);
      double collecting = (collectionMillis() - collected) * 1e6 / (System.nanoTime() - start);
      Map<ModelStage, Integer> samples =
          StageProfile.of(pass, Duration.ofSeconds(Integer.parseInt(args[5])), ModelStage::of);
      int all = samples.values().stream().mapToInt(Integer::intValue).sum();
      JsonLine line =
          new JsonLine()
              .with("n", ids.length)
              .with("ms", ms)
              .with("samples", all)
              .with("collecting", collecting);
      for (ModelStage stage : ModelStage.values()) {
        line.with(stage.label(), samples.getOrDefault(stage, 0) / (double) all);
      }
      return line;
    }
  }

  private static JsonLine flat(String[] args) throws IOException {
    Reformer model = Reformer.load(Path.of(args[1]));
    try (Workers workers = Workers.of(Integer.parseInt(args[5]))) {
      return Flatness.measure(
          model,
          Integer.parseInt(args[2]),
          Integer.parseInt(args[3]),
          Integer.parseInt(args[4]),
          workers);
    }
  }

  /// One pass over a long sequence, by a model that has learnt nothing.
  private static JsonLine forward(String[] args) throws IOException {
    Reformer model = untrained(args);
    int[] ids = ModelSubject.randomIds(Integer.parseInt(args[2]));
    try (Workers workers = Workers.of(Integer.parseInt(args[3]))) {
      long start = System.nanoTime();
      Tensor logits = model.logits(ids, workers);
      double ms = (System.nanoTime() - start) / 1e6;
      for (float logit : logits.data()) {
        requireFinite(logit);
      }
      return memory(model, ids.length, ms);
    }
  }

  /// One step of training on a long sequence.
  private static JsonLine train(String[] args) throws IOException {
    ModelSubject subject = new ModelSubject(untrained(args));
    int[] ids = ModelSubject.randomIds(Integer.parseInt(args[2]));
    try (Workers workers = Workers.of(Integer.parseInt(args[3]))) {
      long start = System.nanoTime();
      requireFinite(subject.train(ids, RATE, Activations.REVERSED, workers));
      return memory(subject.model(), ids.length, (System.nanoTime() - start) / 1e6);
    }
  }

  private static Reformer untrained(String[] args) throws IOException {
    return Reformer.create(ReformerConfig.read(Path.of(args[1])), 1);
  }

  private static void requireFinite(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalStateException("a result is " + number + "; wrong results are not timed");
    }
  }

  private static JsonLine memory(Reformer model, int n, double ms) throws IOException {
    return new JsonLine()
        .with("n", n)
        .with("layers", model.config().layers().size())
        .with(
            "parameters",
            model.parameters().values().stream().mapToLong(one -> one.value().size()).sum())
        .with("ms", ms)
        .with("peakBytes", PeakMemory.bytes());
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
