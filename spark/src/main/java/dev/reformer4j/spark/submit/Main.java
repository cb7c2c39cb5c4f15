package dev.reformer4j.spark.submit;

import dev.reformer4j.spark.BadInputException;
import dev.reformer4j.train.TrainingStopped;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.AnalysisException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The class that `spark-submit` is given.
@Command(
    name = "reformer4j-spark",
    description = "Attention, inference and training over a Spark cluster.",
    subcommands = {Attend.class, Read.class, Train.class})
@SuppressWarnings("UnusedVariable") // picocli acts on the option; the field only declares it
public final class Main implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and stop.")
  private boolean help;

  @Spec private CommandSpec spec;

  /// Runs a command, and ends the driver with another exit code than 0 if it fails.
  public static void main(String[] args) {
    int code = run(args, writer(System.out), writer(System.err));
    if (code != 0) {
      System.exit(code);
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /// Runs a command.
  ///
  /// @return 0, or 2 for what a user can put right; other exceptions pass
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, _) -> {
          err.println("reformer4j: " + e.getMessage());
          return 2;
        })
        .setExecutionExceptionHandler((e, _, _) -> {
          String sentence = sentence(e);
          if (sentence == null) {
            throw e;
          }
          err.println("reformer4j: " + sentence);
          return 2;
        })
        .execute(args);
  }

  /// What went wrong, if it is something to put right: on the driver, or in a task.
  private static String sentence(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof BadInputException
          || at instanceof IOException
          || at instanceof AnalysisException
          || at instanceof TrainingStopped
          || at instanceof IllegalArgumentException) {
        return at.getMessage().lines().findFirst().orElse("");
      }
    }
    return null;
  }

  /// Without a subcommand there is nothing to do but to say what there is.
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
