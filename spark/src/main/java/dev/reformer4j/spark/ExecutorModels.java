package dev.reformer4j.spark;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The models of one executor: each is loaded once, from its mapped files, and shared by all tasks.
/// One that no task uses goes when memory is short.
final class ExecutorModels {
  private static final Map<ModelFolder, SoftReference<Loaded>> LOADED = new HashMap<>();

  private ExecutorModels() {}

  /// A model with its vocabulary.
  record Loaded(Reformer model, Vocabulary vocabulary) {}

  /// @throws BadInputException if it cannot be loaded here
  static Loaded get(ModelFolder folder) {
    synchronized (LOADED) {
      SoftReference<Loaded> known = LOADED.get(folder);
      Loaded loaded = known == null ? null : known.get();
      if (loaded == null) {
        loaded = load(folder.here());
        LOADED.put(folder, new SoftReference<>(loaded));
      }
      return loaded;
    }
  }

  private static Loaded load(Path directory) {
    try {
      Reformer model = Reformer.load(directory);
      return new Loaded(model, Vocabulary.load(directory, model.config().vocabularySize()));
    } catch (TensorFileException e) {
      throw new BadInputException(e.getMessage());
    }
  }
}
