package dev.reformer4j.cli.convert;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `reformer4j convert`.
@Command(
    name = "convert",
    sortOptions = false,
    description = {
      "A model in another directory, as safetensors that Hugging Face loads.",
      "Reads safetensors and PyTorch's .bin, in one file or several. The configuration and the"
          + " files of the vocabulary go along."
    },
    footer = {"", "  reformer4j convert --from reformer-enwik8 --to small --dtype bf16"})
public final class Convert implements Callable<Integer> {
  /// What stands beside weights and configuration: a vocabulary, and how to generate.
  private static final List<String> BESIDE =
      List.of(
          "tokenizer.json",
          "spiece.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "generation_config.json");

  @Option(
      names = "--from",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the model: config.json and weights.")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Directory to write, created if need be.")
  private Path to;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "f32",
      converter = NumberType.class,
      description = {
        "f32: exact. f16: half the size, 3 digits, numbers up to 65504.",
        "bf16: half the size, 2 digits, any size. Default: ${DEFAULT-VALUE}."
      })
  private DType dtype;

  @Option(names = "--force", description = "Replace a model that --to holds already.")
  private boolean force;

  @Spec private CommandSpec spec;

  /// Loads, writes, and says what was done on standard error.
  @Override
  public Integer call() throws IOException {
    ModelFolder folder = ModelFolder.checked(to, from, force);
    Reformer declared = Reformer.declare(from);
    Heap.require(
        ModelMemory.weights(declared), ModelOption.subject(from, declared), "a smaller model");
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "converting " + from)) {
      Reformer model = Reformer.load(from);
      folder.write(directory -> {
        model.save(directory, dtype);
        copyBeside(directory);
      });
    }
    spec.commandLine()
        .getErr()
        .println(
            "reformer4j: wrote %s: %s parameters as %s"
                .formatted(to, Say.count(ModelMemory.parameters(declared)), dtype));
    return 0;
  }

  /// After the weights, which may turn out not to fit their dtype.
  private void copyBeside(Path directory) throws IOException {
    for (String name : BESIDE) {
      Path source = from.resolve(name);
      if (Files.isRegularFile(source)) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(source));
        AtomicFile.write(
            directory.resolve(name),
            out -> {
              while (bytes.hasRemaining()) {
                out.write(bytes);
              }
            });
      } else {
        Files.deleteIfExists(directory.resolve(name));
      }
    }
  }

  /// `f32`, `f16` or `bf16`.
  static final class NumberType implements ITypeConverter<DType> {
    @Override
    public DType convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "f32", "float32" -> DType.F32;
        case "f16", "float16" -> DType.F16;
        case "bf16", "bfloat16" -> DType.BF16;
        default ->
            throw new TypeConversionException(
                "'" + text + "' is none of f32, f16 and bf16; give one of them");
      };
    }
  }
}
