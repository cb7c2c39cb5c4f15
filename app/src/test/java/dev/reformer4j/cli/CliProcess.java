package dev.reformer4j.cli;

import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.tensor.Tensor;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import picocli.CommandLine;
import tools.jackson.core.json.JsonFactory;

/// The command line as a process of its own, for what only a process has: an exit code, a heap,
/// pipes and signals.
public final class CliProcess {
  private static final long LONGEST_SECONDS = 120;

  private CliProcess() {}

  /// A process to be started.
  ///
  /// @param options of the JVM
  public static ProcessBuilder of(List<String> options, Object... args) {
    return of(Main.class, options, args);
  }

  /// The same with another class to start, such as one of a test.
  public static ProcessBuilder of(Class<?> main, List<String> options, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath(main));
    command.add(main.getName());
    Stream.of(args).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command);
  }

  /// Runs a command to its end. The JVM's own warning of the vector API is left out.
  public static CliRun run(List<String> options, Object... args)
      throws IOException, InterruptedException {
    File out = File.createTempFile("cli", ".out");
    File err = File.createTempFile("cli", ".err");
    try {
      Process process = of(options, args).redirectOutput(out).redirectError(err).start();
      int code = end(process);
      return new CliRun(code, read(out), said(read(err)));
    } finally {
      out.delete();
      err.delete();
    }
  }

  /// Waits for the end, but not forever.
  public static int end(Process process) throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after " + LONGEST_SECONDS + " s");
    }
    return process.exitValue();
  }

  /// Without the JVM's own warning of the vector API.
  public static String said(String err) {
    return err.lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String read(File file) throws IOException {
    return Files.readString(file.toPath(), StandardCharsets.UTF_8);
  }

  /// Where the classes of this process come from, whether they are on its class path or its module
  /// path.
  private static String classPath(Class<?> main) {
    return Stream.of(
            main,
            Main.class,
            Safetensors.class,
            Tensor.class,
            CommandLine.class,
            JsonFactory.class,
            LineReader.class,
            Terminal.class)
        .map(CliProcess::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
