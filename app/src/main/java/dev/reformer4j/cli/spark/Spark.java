package dev.reformer4j.cli.spark;

import dev.reformer4j.cli.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `reformer4j spark`.
@Command(
    name = "spark",
    sortOptions = false,
    description = {
      "Prints the spark-submit line that runs a job over a Spark cluster.",
      "The jobs: attend (attention over sequences of any length), read (embed, score, classify or"
          + " generate for every text) and train (every step over all executors). Spark itself is"
          + " yours: 4.2, on Java 25."
    },
    footer = {
      "",
      "  reformer4j spark --master spark://host:7077 -- \\",
      "    read --model enwik8 --task embed --in texts.txt --in-format text --out embedded",
      "",
      "The options of a job: reformer4j spark -- attend --help, and run what that prints.",
      "docs/scale.md has the rest."
    })
public final class Spark implements Callable<Integer> {
  private static final List<String> JOBS = List.of("attend", "read", "train");
  private static final String MAIN = "dev.reformer4j.spark.submit.Main";

  /// Where the launcher says that the checkout is.
  private static final String HOME = "reformer4j.home";

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "The cluster, such as spark://host:7077 or yarn. Default: ${DEFAULT-VALUE}.")
  private String master;

  @Option(
      names = "--driver-memory",
      paramLabel = "SIZE",
      description = "Heap of the driver, such as 4g. Default: Spark's.")
  private Optional<String> driverMemory = Optional.empty();

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      description = "Heap of an executor, such as 4g. Default: Spark's.")
  private Optional<String> executorMemory = Optional.empty();

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's; may be given several times.")
  private List<String> settings = List.of();

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "The assembly. Default: spark/target/reformer4j-spark.jar of this checkout.")
  private Optional<Path> jar = Optional.empty();

  @Parameters(
      arity = "0..*",
      paramLabel = "-- JOB OPTIONS",
      description = "The job and its options, behind --.")
  private List<String> job = List.of();

  @Spec private CommandSpec spec;

  /// Prints the line.
  @Override
  public Integer call() {
    if (job.isEmpty() || !JOBS.contains(job.getFirst())) {
      throw new UserError(
          (job.isEmpty() ? "no job was given" : "'" + job.getFirst() + "' is no job")
              + "; give "
              + String.join(", ", JOBS)
              + " and its options behind --");
    }
    for (String setting : settings) {
      if (setting.indexOf('=') < 1) {
        throw new UserError("--conf '" + setting + "' is not of the form KEY=VALUE; write it so");
      }
    }
    List<String> line = new ArrayList<>(List.of("spark-submit", "--master", master));
    driverMemory.ifPresent(size -> line.addAll(List.of("--driver-memory", size)));
    executorMemory.ifPresent(size -> line.addAll(List.of("--executor-memory", size)));
    settings.forEach(setting -> line.addAll(List.of("--conf", setting)));
    line.addAll(List.of("--class", MAIN, assembly().toString()));
    line.addAll(job);
    spec.commandLine()
        .getOut()
        .println(line.stream().map(Spark::quoted).collect(Collectors.joining(" ")));
    return 0;
  }

  private Path assembly() {
    Path file =
        jar.orElseGet(() ->
            Path.of(System.getProperty(HOME, "")).resolve("spark/target/reformer4j-spark.jar"));
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          file
              + " is not there; "
              + (jar.isPresent()
                  ? "name the assembly"
                  : "make it with ./mvnw -pl spark -am -DskipTests package, or name it with"
                      + " --jar"));
    }
    return file.toAbsolutePath();
  }

  /// As a shell reads it back.
  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
