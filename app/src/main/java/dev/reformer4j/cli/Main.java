package dev.reformer4j.cli;

import dev.reformer4j.cli.attend.Attend;
import dev.reformer4j.cli.bench.Bench;
import dev.reformer4j.cli.chat.Chat;
import dev.reformer4j.cli.convert.Convert;
import dev.reformer4j.cli.demo.Demo;
import dev.reformer4j.cli.explain.Explain;
import dev.reformer4j.cli.explore.Explore;
import dev.reformer4j.cli.generate.Generate;
import dev.reformer4j.cli.inspect.Inspect;
import dev.reformer4j.cli.logits.Logits;
import dev.reformer4j.cli.plan.Plan;
import dev.reformer4j.cli.read.Answer;
import dev.reformer4j.cli.read.Classify;
import dev.reformer4j.cli.read.Embed;
import dev.reformer4j.cli.read.Score;
import dev.reformer4j.cli.spark.Spark;
import dev.reformer4j.cli.train.Curves;
import dev.reformer4j.cli.train.Data;
import dev.reformer4j.cli.train.Eval;
import dev.reformer4j.cli.train.Train;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `reformer4j` and its list of subcommands.
@Command(
    name = "reformer4j",
    description = "Attention over long sequences by hashing (Reformer), on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 a defect of this program, 2 something you can put right.",
      "REFORMER4J_OPTS holds options for the JVM, such as -Xmx8g for a heap of 8 GiB."
    })
@SuppressWarnings("UnusedVariable") // picocli acts on these options; the fields only declare them
public final class Main implements Runnable {
  /// In the order of the help; a command's name is its class's, in small letters.
  private static final List<Class<?>> COMMANDS =
      List.of(
          Train.class,
          Eval.class,
          Data.class,
          Curves.class,
          Generate.class,
          Chat.class,
          Score.class,
          Embed.class,
          Classify.class,
          Answer.class,
          Logits.class,
          Inspect.class,
          Convert.class,
          Demo.class,
          Attend.class,
          Explain.class,
          Explore.class,
          Bench.class,
          Plan.class,
          Spark.class);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and stop.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and stop.")
  private boolean version;

  @Option(
      names = Cli.DEBUG,
      scope = ScopeType.INHERIT,
      description = "With an error, show where in the program it arose.")
  private boolean debug;

  @Spec private CommandSpec spec;

  /// The whole command line; but where the arguments name a subcommand, with that one only: reading
  /// what a command looks like takes picocli longer than all else until a small model is loaded.
  static CommandLine commandLine(String... args) {
    Optional<String> asked = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst();
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(command -> asked.filter(name(command)::equals).isPresent())
            .toList();
    CommandLine root = new CommandLine(new Main());
    for (Class<?> command : named.isEmpty() ? COMMANDS : named) {
      root.addSubcommand(command);
    }
    return root;
  }

  /// The arguments as picocli should read them: `help attend` is `attend --help`, and of a command
  /// that there is not nothing is read that follows, so that it is what the error is about.
  static String[] legible(String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    int first = 0;
    while (first < words.size() && words.get(first).startsWith("-")) {
      first++;
    }
    if (first == words.size()) {
      return args;
    }
    String asked = words.get(first);
    if (asked.equals("help")) {
      words.remove(first);
      words.add("--help");
    } else if (COMMANDS.stream().map(Main::name).noneMatch(asked::equals)) {
      words.subList(first + 1, words.size()).clear();
    }
    return words.toArray(String[]::new);
  }

  private static String name(Class<?> command) {
    return command.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /// Runs the command line and ends the process with its exit code.
  public static void main(String[] args) {
    Interruption interruption = Interruption.ofThisThread();
    int code = Cli.run(args, StandardStreams.out(), StandardStreams.err());
    interruption.workIsOver();
    System.exit(code);
  }

  /// Without a subcommand there is nothing to do but to say what there is.
  @Override
  public void run() {
    CommandLine commandLine = spec.commandLine();
    commandLine.usage(commandLine.getOut());
  }
}
