package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/// `metrics.jsonl`: one JSON object a line for every step and every evaluation. A line is written
/// when it is known, so that a kill loses none.
final class Metrics implements AutoCloseable {
  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d{1,18})[,}].*\\}");

  private final Path file;
  private final FileChannel channel;
  private final Lessons lessons;

  private Metrics(Path file, FileChannel channel, Lessons lessons) {
    this.file = file;
    this.channel = channel;
    this.lessons = lessons;
  }

  /// Opens the file to go on behind a step: what it says of later ones is cut off.
  ///
  /// @param lessons say how their loss is told
  static Metrics open(Path file, long steps, Lessons lessons) throws IOException {
    try {
      if (Files.exists(file)) {
        cut(file, steps);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      return new Metrics(file, channel, lessons);
    } catch (IOException e) {
      throw TensorFileException.writing(file, e);
    }
  }

  private static void cut(Path file, long steps) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      Matcher step = STEP.matcher(line);
      if (step.matches() && Long.parseLong(step.group(1)) <= steps) {
        kept.append(line).append('\n');
      }
    }
    AtomicFile.writeText(file, kept.toString());
  }

  /// A line for a step. One that was skipped has no loss, which was not finite.
  void step(Step step) throws IOException {
    write(json -> {
      json.writeNumberProperty("step", step.number());
      if (step.skipped()) {
        json.writeBooleanProperty("skipped", true);
      } else {
        json.writeNumberProperty("loss", step.loss());
        lessons
            .measure()
            .bitsPerByte(step.loss())
            .ifPresent(bits -> json.writeNumberProperty("bits_per_byte", bits));
        json.writeNumberProperty("accuracy", step.accuracy());
        json.writeNumberProperty("gradient_norm", step.gradientNorm());
      }
      step.drift().ifPresent(drift -> json.writeNumberProperty("reversal_drift", drift));
      json.writeNumberProperty("learning_rate", step.rate());
      json.writeNumberProperty("tokens", step.tokens());
      json.writeNumberProperty("seconds", step.seconds());
    });
  }

  /// A line for an evaluation.
  void evaluation(long step, Evaluation evaluation, boolean best) throws IOException {
    write(json -> {
      json.writeNumberProperty("step", step);
      if (Double.isFinite(evaluation.loss())) {
        json.writeNumberProperty("held_out_loss", evaluation.loss());
        lessons
            .heldOutMeasure()
            .bitsPerByte(evaluation.loss())
            .ifPresent(bits -> json.writeNumberProperty("held_out_bits_per_byte", bits));
        json.writeNumberProperty("held_out_accuracy", evaluation.accuracy());
      }
      json.writeNumberProperty("held_out_tokens", evaluation.positions());
      json.writeBooleanProperty("best", best);
    });
  }

  private void write(Consumer<JsonGenerator> properties) throws IOException {
    ByteBuffer line = StandardCharsets.UTF_8.encode(JsonText.object(properties) + "\n");
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      throw TensorFileException.writing(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
