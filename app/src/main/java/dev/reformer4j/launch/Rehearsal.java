package dev.reformer4j.launch;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.cli.Cli;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the launcher runs once after a build, to see which classes a small model's first token
/// needs: the JVM then writes them down in a form that later ones map into memory, which is a good
/// part of the time to that token.
public final class Rehearsal {
  private static final int BYTES = 258;

  private Rehearsal() {}

  /// Creates a model, looks at it, and goes on from a prompt.
  ///
  /// @param args a directory that is there, for the model
  public static void main(String[] args) throws IOException {
    Path model = Files.createDirectory(Path.of(args[0]).resolve("model"));
    ReformerConfig config = ReformerConfig.builder().vocabularySize(BYTES).causal(true).build();
    Reformer.create(config, 0).save(model, DType.F32);
    run("inspect", "--model", model.toString());
    run("generate", "--model", model.toString(), "--prompt", "Once ", "--max-new-tokens", "3");
  }

  private static void run(String... command) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    if (Cli.run(command, nowhere, nowhere) != Cli.OK) {
      throw new IllegalStateException(String.join(" ", command) + " has failed");
    }
  }
}
