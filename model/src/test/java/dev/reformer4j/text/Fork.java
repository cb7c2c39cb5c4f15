package dev.reformer4j.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.sentencepiece.jni.SentencePieceLibrary;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;

/// Runs a main class of the tests in a JVM of its own.
final class Fork {
  private Fork() {}

  /// How it ended, and what it said on either stream.
  record Ended(int status, String said) {}

  /// @param extra directories in front of this JVM's class path
  /// @param options for the JVM
  static Ended run(
      Class<?> main,
      Path output,
      List<Path> extra,
      Map<String, String> environment,
      List<String> options,
      String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "--enable-native-access=ALL-UNNAMED"));
    command.add("-XX:ErrorFile=" + output.resolveSibling("error"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(extra), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    process.environment().putAll(environment);
    int status = process.start().waitFor();
    return new Ended(status, Files.readString(output));
  }

  /// Where the classes of this module come from, and those that it needs. The class path of a
  /// test's JVM need not say.
  private static String classPath(List<Path> extra) {
    Stream<Path> roots =
        Stream.of(
                Vocabulary.class.getName(),
                Fork.class.getName(),
                JsonParser.class.getName(),
                SentencePieceLibrary.class.getName(),
                TokenizersLibrary.class.getName(),
                "ai.djl.engine.EngineException")
            .map(Fork::root);
    return Stream.concat(extra.stream(), roots)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path root(String type) {
    try {
      Class<?> loaded = Class.forName(type, false, Fork.class.getClassLoader());
      return Path.of(loaded.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
