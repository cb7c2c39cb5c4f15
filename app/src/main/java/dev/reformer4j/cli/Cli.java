package dev.reformer4j.cli;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/// Runs a command line and turns whatever happens into an exit code and at most one sentence.
public final class Cli {
  /// Global option that adds a stack trace to an error.
  static final String DEBUG = "--debug";

  /// Done.
  public static final int OK = 0;

  /// A defect of this program.
  public static final int DEFECT = 1;

  /// Something the user can put right.
  public static final int USER = 2;

  private static final char UNKNOWN = '\uFFFD';

  private final PrintWriter err;
  private final boolean debug;

  private Cli(PrintWriter err, boolean debug) {
    this.err = err;
    this.debug = debug;
  }

  /// Runs one command line; never throws.
  ///
  /// @param args what the user typed after `reformer4j`
  /// @param out where results go
  /// @param err where everything else goes
  /// @return [#OK], [#DEFECT] or [#USER]
  public static int run(String[] args, PrintWriter out, PrintWriter err) {
    Cli cli = new Cli(err, Arrays.asList(args).contains(DEBUG));
    try {
      checkLegible(args);
      String[] read = Main.arranged(args);
      int code = cli.commandLine(read, out).execute(read);
      out.flush();
      return code;
    } catch (Throwable e) {
      return cli.report(e);
    } finally {
      err.flush();
    }
  }

  /// Where bytes of an argument are no text, the JVM has put U+FFFD before anybody could object: a
  /// prompt would be another one, and a file would have another name.
  private static void checkLegible(String[] args) {
    for (String arg : args) {
      if (arg.indexOf(UNKNOWN) >= 0) {
        throw new UserError(
            "'"
                + TensorFileException.printable(arg, 60)
                + "' holds U+FFFD, which stands for bytes that are no UTF-8; correct them, give a"
                + " text in a file, or set LC_ALL=C.UTF-8 if the locale is not one of UTF-8");
      }
    }
  }

  private CommandLine commandLine(String[] args, PrintWriter out) {
    return Main.commandLine(args)
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(30)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Cli::execute)
        .setParameterExceptionHandler((e, _) -> misused(e))
        .setExecutionExceptionHandler((e, _, _) -> report(e));
  }

  /// Runs the last subcommand. What goes wrong while picocli itself prints help would otherwise
  /// reach its own handler, which prints a stack trace.
  private static int execute(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (ParameterException | ExecutionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), "printing help", e);
    }
  }

  private int misused(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    say(Usage.sentence(e) + "; see '" + command + " --help'", e);
    return USER;
  }

  private int report(Throwable e) {
    Failure failure = Failure.of(e);
    say(failure.sentence(), e);
    return failure.exitCode();
  }

  private void say(String sentence, Throwable e) {
    err.println("reformer4j: " + Say.oneLine(sentence));
    if (debug) {
      e.printStackTrace(err);
    }
  }

  /// What picocli says about a command line it could not read, as one sentence.
  private static final class Usage {
    static String sentence(ParameterException e) {
      if (e instanceof UnmatchedArgumentException unmatched) {
        return unmatched(unmatched);
      }
      if (e.getCause() instanceof CommandLine.TypeConversionException bad
          && e.getArgSpec() != null) {
        return name(e.getArgSpec()) + " " + bad.getMessage();
      }
      return Say.lowerFirst(e.getMessage());
    }

    private static String unmatched(UnmatchedArgumentException e) {
      String first = e.getUnmatched().getFirst();
      boolean option = first.startsWith("-");
      boolean root = e.getCommandLine().getParent() == null;
      String what = option ? "option" : root ? "command" : "argument";
      String meant =
          e.getSuggestions().stream().findFirst().map(s -> "; perhaps you meant " + s).orElse("");
      return "unknown " + what + " '" + first + "'" + meant;
    }

    private static String name(CommandLine.Model.ArgSpec spec) {
      return spec.isOption()
          ? ((CommandLine.Model.OptionSpec) spec).longestName()
          : spec.paramLabel();
    }
  }
}
