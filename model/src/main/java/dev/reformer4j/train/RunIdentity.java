package dev.reformer4j.train;

import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What must not change when a run goes on: configuration, options and data, as lines `name:
/// value`.
///
/// @param text the lines
public record RunIdentity(String text) {
  private static final String FACT = "run";

  /// Thrown where a checkpoint is of another run.
  static final class AnotherRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnotherRun(String sentence) {
      super(sentence);
    }
  }

  /// The value of a line in the newest checkpoint of a directory that can be read.
  ///
  /// @throws TensorFileException if the directory cannot be read
  public static Optional<String> line(RunDirectory directory, String name)
      throws TensorFileException {
    for (Path file : directory.checkpoints()) {
      try {
        String text = TrainingCheckpoint.open(file).facts().getOrDefault(FACT, "");
        return text.lines()
            .filter(line -> line.startsWith(name + ": "))
            .map(line -> line.substring(name.length() + 2))
            .findFirst();
      } catch (TensorFileException _) {
        // Who resumes will hear of it; an older one says the same.
      }
    }
    return Optional.empty();
  }

  void putInto(Map<String, String> facts) {
    facts.put(FACT, text);
  }

  /// @throws AnotherRun if the checkpoint has another identity
  void check(TrainingCheckpoint checkpoint) {
    String other = checkpoint.facts().getOrDefault(FACT, "");
    if (!other.equals(text)) {
      throw new AnotherRun(
          checkpoint.file()
              + ": is of another run, "
              + firstDifference(other)
              + "; go on with the same configuration, options and data, or begin anew in another"
              + " directory");
    }
  }

  /// The first line in which two identities differ.
  private String firstDifference(String other) {
    String[] mine = text.lines().toArray(String[]::new);
    String[] others = other.lines().toArray(String[]::new);
    for (int i = 0; i < Math.min(mine.length, others.length); i++) {
      if (!mine[i].equals(others[i])) {
        return "with \"" + others[i].strip() + "\" where this one has \"" + mine[i].strip() + "\"";
      }
    }
    return "with " + others.length + " settings where this one has " + mine.length;
  }
}
