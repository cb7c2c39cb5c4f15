package dev.reformer4j.train;

import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Where a training stands, as one safetensors file: parameters, what the optimiser remembers, the
/// number of steps done, and facts about the run as texts. Where it stands in its data and in its
/// random draws follows from the number.
///
/// A file is there whole or not at all ([dev.reformer4j.checkpoint.AtomicFile]), and knows a
/// checksum of its numbers.
///
/// @param file where it lies
/// @param steps steps done
/// @param skipped steps that were skipped
/// @param facts texts that the run left
public record TrainingCheckpoint(Path file, long steps, long skipped, Map<String, String> facts) {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})\\.safetensors");
  private static final String PARAMETER = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String STEPS = "steps";
  private static final String SKIPPED = "skipped";
  private static final String CHECKSUM = "crc32c";
  private static final int BLOCK = 1 << 14;

  /// Copies the facts.
  public TrainingCheckpoint {
    facts = Map.copyOf(facts);
  }

  /// Writes where a trainer stands into a directory, and removes all but the newest files there.
  ///
  /// @param facts texts to be found again
  /// @param keep how many files stay
  /// @throws TensorFileException if it cannot be written; older files are as they were
  public static TrainingCheckpoint write(
      Path directory, Trainer trainer, Map<String, String> facts, int keep)
      throws TensorFileException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw TensorFileException.writing(directory, e);
    }
    SequencedMap<String, Tensor> tensors = tensors(trainer);
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(writer::add);
    facts.forEach(writer::metadata);
    writer
        .metadata(STEPS, Long.toString(trainer.stepsDone()))
        .metadata(SKIPPED, Long.toString(trainer.stepsSkipped()))
        .metadata(CHECKSUM, checksum(tensors));
    Path file = directory.resolve("step-%010d.safetensors".formatted(trainer.stepsDone()));
    writer.write(file);
    List<Path> all = list(directory);
    for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
      try {
        Files.deleteIfExists(old);
      } catch (IOException e) {
        throw TensorFileException.writing(old, e);
      }
    }
    return new TrainingCheckpoint(file, trainer.stepsDone(), trainer.stepsSkipped(), facts);
  }

  /// The checkpoints of a directory, the newest first; empty if there is no such directory.
  ///
  /// @throws TensorFileException if it cannot be read
  public static List<Path> list(Path directory) throws TensorFileException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> stepOf(file) >= 0)
          .sorted(Comparator.comparingLong(TrainingCheckpoint::stepOf).reversed())
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException e) {
      throw TensorFileException.reading(directory, e);
    }
  }

  private static long stepOf(Path file) {
    Matcher name = NAME.matcher(Objects.toString(file.getFileName(), ""));
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /// Reads what a checkpoint says of itself, without its numbers.
  ///
  /// @throws TensorFileException if it cannot be read, or is no checkpoint of a training
  public static TrainingCheckpoint open(Path file) throws TensorFileException {
    try (Safetensors tensors = Safetensors.open(file)) {
      Map<String, String> facts = tensors.metadata();
      return new TrainingCheckpoint(
          file, number(file, facts, STEPS), number(file, facts, SKIPPED), facts);
    }
  }

  /// A number that the run left among the facts.
  ///
  /// @throws TensorFileException if there is none of that name
  double number(String fact) throws TensorFileException {
    try {
      return Double.parseDouble(facts.getOrDefault(fact, ""));
    } catch (NumberFormatException e) {
      throw new TensorFileException(
          file + ": does not say its " + fact + ", so it is no checkpoint of a training", e);
    }
  }

  private static long number(Path file, Map<String, String> facts, String key)
      throws TensorFileException {
    String text = facts.getOrDefault(key, "");
    if (!text.matches("\\d{1,18}")) {
      throw new TensorFileException(
          file + ": does not say its " + key + ", so it is no checkpoint of a training");
    }
    return Long.parseLong(text);
  }

  /// Sets a trainer, and its model, to where the checkpoint stands. If that fails the trainer must
  /// not be used.
  ///
  /// @throws TensorFileException if the file is damaged, or is of another model or optimiser
  public void restore(Trainer trainer) throws TensorFileException {
    try (Safetensors file = Safetensors.open(this.file)) {
      SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : file.names()) {
        tensors.put(name, file.floats(name));
      }
      String checksum = checksum(tensors);
      if (!checksum.equals(facts.get(CHECKSUM))) {
        throw new TensorFileException(
            this.file
                + ": its numbers have the checksum "
                + checksum
                + " and should have "
                + facts.get(CHECKSUM)
                + ", so it is damaged; use an older checkpoint");
      }
      for (Parameter parameter : trainer.model().parameters().values()) {
        parameter.fill(Saved.take(tensors, PARAMETER + parameter.name(), parameter.shape()));
      }
      Map<String, Tensor> state = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> {
        if (name.startsWith(OPTIMIZER)) {
          state.put(name.substring(OPTIMIZER.length()), tensor);
        }
      });
      if (!state.isEmpty()) {
        trainer.optimizer().restore(trainer.model().parameters().values(), state);
      }
      trainer.resume(steps, skipped);
    } catch (IllegalArgumentException e) {
      throw new TensorFileException(file + ": " + e.getMessage(), e);
    }
  }

  private static SequencedMap<String, Tensor> tensors(Trainer trainer) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    trainer
        .model()
        .parameters()
        .values()
        .forEach(parameter -> tensors.put(PARAMETER + parameter.name(), parameter.value()));
    trainer.optimizer().state().forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    return tensors;
  }

  /// A checksum of all names and numbers, in the order of names.
  private static String checksum(SequencedMap<String, Tensor> tensors) {
    CRC32C sum = new CRC32C();
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    tensors.keySet().stream()
        .sorted()
        .forEach(name -> {
          sum.update(name.getBytes(StandardCharsets.UTF_8));
          float[] numbers = tensors.get(name).data();
          for (int at = 0; at < numbers.length; at += BLOCK) {
            int count = Math.min(BLOCK, numbers.length - at);
            bytes.clear().asFloatBuffer().put(numbers, at, count);
            sum.update(bytes.limit(count * Float.BYTES));
          }
        });
    return Long.toHexString(sum.getValue());
  }
}
