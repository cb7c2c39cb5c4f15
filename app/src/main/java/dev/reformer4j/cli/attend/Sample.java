package dev.reformer4j.cli.attend;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.cli.Heap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads a whole input for commands that look at it rather than attend over it.
public final class Sample {
  private Sample() {}

  /// Reads a safetensors file as `attend` would.
  ///
  /// @throws dev.reformer4j.cli.UserError if it does not fit the heap, or as [InputFile] says
  public static AttentionInput read(Path in) throws IOException {
    try (InputFile file = InputFile.open(in, Optional.empty())) {
      InputShapes shapes = file.shapes();
      double bytes =
          4.0
              * shapes.heads()
              * shapes.n()
              * (shapes.dQk() * (shapes.separate() ? 2.0 : 1) + shapes.dV());
      Heap.require(bytes, "reading " + shapes, "a shorter sample or fewer heads");
      return file.read();
    }
  }
}
