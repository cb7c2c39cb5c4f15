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
    Optional<Class<?>> asked =
        Arrays.stream(args).filter(Main::isWord).findFirst().flatMap(Main::command);
    CommandLine root = new CommandLine(new Main());
    asked.map(List::<Class<?>>of).orElse(COMMANDS).forEach(root::addSubcommand);
    return root;
  }

  /// The arguments as picocli should read them: `help attend` is `attend --help`, and of a command
  /// that there is not nothing is read that follows, so that it is what the error is about.
  static String[] arranged(String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    Optional<String> asked = words.stream().filter(Main::isWord).findFirst();
    if (asked.isEmpty() || command(asked.get()).isPresent()) {
      return args;
    }
    int at = words.indexOf(asked.get());
    if (asked.get().equals("help")) {
      words.remove(at);
      words.add("--help");
    } else {
      words.subList(at + 1, words.size()).clear();
    }
    return words.toArray(String[]::new);
  }

  private static boolean isWord(String argument) {
    return !argument.startsWith("-");
  }

  private static Optional<Class<?>> command(String name) {
    return COMMANDS.stream().filter(command -> name(command).equals(name)).findFirst();
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
