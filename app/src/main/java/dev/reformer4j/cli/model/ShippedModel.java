package dev.reformer4j.cli.model;

import dev.reformer4j.cli.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The model that comes with this program: a small Reformer, trained by it on five novels of Jane
/// Austen (docs/austen-model.md).
///
/// A model is read from a directory, since weights are mapped; so it is laid out in a temporary one
/// when it is first asked for, which goes when the process ends.
public final class ShippedModel {
  /// What it is called.
  public static final String NAME = "austen";

  private static final List<String> FILES = List.of("config.json", "model.safetensors");

  private ShippedModel() {}

  private static final class Once {
    static final Path DIRECTORY = lay();
  }

  /// Where it lies, as `save_pretrained` would write it.
  ///
  /// @throws UserError if there is no room for it
  public static Path directory() {
    return Once.DIRECTORY;
  }

  private static Path lay() {
    try {
      Path parent = Files.createTempDirectory("reformer4j-");
      Path directory = Files.createDirectory(parent.resolve(NAME));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(parent)));
      for (String file : FILES) {
        try (InputStream in = ShippedModel.class.getResourceAsStream(NAME + "/" + file)) {
          Files.copy(in, directory.resolve(file));
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UserError(
          "the model that comes with this program could not be laid out in "
              + System.getProperty("java.io.tmpdir")
              + " ("
              + e.getMessage()
              + "); make room there, or name another model with --model",
          e);
    }
  }

  private static void remove(Path parent) {
    try {
      for (String file : FILES) {
        Files.deleteIfExists(parent.resolve(NAME).resolve(file));
      }
      Files.deleteIfExists(parent.resolve(NAME));
      Files.deleteIfExists(parent);
    } catch (IOException _) {
      // What is left of a few megabytes is for the system to clear.
    }
  }
}
