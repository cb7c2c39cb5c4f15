package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.train.Lessons.Prompt;
import dev.reformer4j.generate.Completion;
import dev.reformer4j.generate.FinishReason;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Session;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `samples.jsonl`: what the model writes after a prompt, one JSON object a line, again and again
/// while it learns. Always the same prompt and the same random numbers, so that what changes is the
/// model. It is only read: the training is the same with samples and without.
final class Samples implements AutoCloseable {
  private static final int PROMPT_TOKENS = 64;
  private static final int KEPT = 12;
  private static final Sampling SAMPLING = Sampling.random(0).withTemperature(0.8);

  /// A large model writes less.
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Reformer model;
  private final Prompt prompt;
  private final int tokens;
  private final Workers workers;
  private final JsonLines lines;
  private final Deque<Sample> newest = new ArrayDeque<>();

  private Samples(Reformer model, Prompt prompt, int tokens, Workers workers, JsonLines lines) {
    this.model = model;
    this.prompt = prompt;
    this.tokens = tokens;
    this.workers = workers;
    this.lines = lines;
  }

  /// What a model wrote.
  ///
  /// @param step steps done
  /// @param prompt what it went on from
  /// @param text without the prompt
  record Sample(long step, String prompt, String text) {}

  /// Opens the file to go on behind a step: what it says of later ones is cut off.
  ///
  /// @param tokens of a sample
  /// @return empty if no samples are wanted, or the model does not write
  static Optional<Samples> open(
      Path file, long steps, Reformer model, Lessons lessons, int tokens, Workers workers)
      throws IOException {
    if (tokens == 0 || model.headKind() != HeadKind.LANGUAGE_MODEL || model.positions() < 2) {
      return Optional.empty();
    }
    Optional<Prompt> prompt = lessons.prompt(Math.min(PROMPT_TOKENS, model.positions() / 2));
    if (prompt.isEmpty()) {
      return Optional.empty();
    }
    JsonLines lines = JsonLines.open(file, steps);
    Samples samples = new Samples(model, prompt.get(), tokens, workers, lines);
    lines.read(samples::keep);
    return Optional.of(samples);
  }

  private void keep(Map<String, Object> line) {
    if (line.get("step") instanceof Double step
        && line.get("prompt") instanceof String given
        && line.get("text") instanceof String text) {
      newest.addFirst(new Sample(step.longValue(), given, text));
      if (newest.size() > KEPT) {
        newest.removeLast();
      }
    }
  }

  /// The newest, and those before it.
  List<Sample> newest() {
    return List.copyOf(newest);
  }

  /// Has the model write. Where it cannot, there is no sample.
  ///
  /// @param step steps done
  void take(long step) throws IOException {
    Optional<String> written = write();
    if (written.isPresent()) {
      keep(
          lines.write(json -> {
            json.writeNumberProperty("step", step);
            json.writeStringProperty("prompt", prompt.vocabulary().decode(prompt.ids()));
            json.writeStringProperty("text", written.get());
          }));
    }
  }

  private Optional<String> write() {
    try {
      Generator generator =
          new Generator(NextLogits.remembering(model, workers), prompt.vocabulary());
      Session session = generator.newSession();
      session.append(prompt.ids());
      long begun = System.nanoTime();
      Completion completion =
          generator
              .goOn(
                  session,
                  GenerateRequest.of(SAMPLING, tokens),
                  (_, _) -> System.nanoTime() - begun < LONGEST.toNanos())
              .completions()
              .getFirst();
      boolean interrupted =
          completion.reason() == FinishReason.CANCELLED && Thread.currentThread().isInterrupted();
      return interrupted ? Optional.empty() : Optional.of(completion.text());
    } catch (IllegalArgumentException _) {
      // Attention that looks ahead keeps no cache, and what has run away foretells nothing.
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
