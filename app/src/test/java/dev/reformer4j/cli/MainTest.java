package dev.reformer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The frame of all commands: help, version, and what is said of a command line that makes no
/// sense.
class MainTest {
  @Test
  void withoutACommandItSaysWhatThereIs() {
    CliRun run = CliRun.of();
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("Usage: reformer4j", "attend", "bench", "plan", "REFORMER4J_OPTS");
  }

  @Test
  void theVersionIsOnTheFirstLine() {
    CliRun run = CliRun.of("--version");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines().findFirst().orElseThrow()).startsWith("reformer4j ");
    assertThat(run.out()).contains("Java 25", "processors", "heap up to");
  }

  @Test
  void everyCommandHasHelpForEveryOption() {
    CommandLine root = Main.commandLine();
    for (CommandLine command : root.getSubcommands().values()) {
      CliRun run = CliRun.of(command.getCommandName(), "--help");
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains("Usage: reformer4j " + command.getCommandName());
      for (OptionSpec option : command.getCommandSpec().options()) {
        String name = option.longestName();
        assertThat(run.out())
            .contains(option.negatable() ? name.replaceFirst("^--", "--[no-]") : name);
        assertThat(option.description())
            .as(command.getCommandName() + " " + option.longestName())
            .isNotEmpty();
      }
      assertThat(run.out().lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
  }

  @Test
  void aCommandThatIsNamedIsReadAlone() {
    for (String name : Main.commandLine().getSubcommands().keySet()) {
      assertThat(Main.commandLine("--debug", name, "--help").getSubcommands())
          .containsOnlyKeys(name);
    }
  }

  /// A number that picocli converts itself would be refused in picocli's words, and without a
  /// range.
  @Test
  void everyNumberHasARangeOfItsOwn() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (isNumber(option)) {
          assertThat(option.converters())
              .as(command.getCommandName() + " " + option.longestName())
              .isNotEmpty();
        }
      }
    }
  }

  private static boolean isNumber(ArgSpec option) {
    Class<?> type = option.auxiliaryTypes().length > 0 ? option.auxiliaryTypes()[0] : option.type();
    return (type.isPrimitive() && type != boolean.class) || Number.class.isAssignableFrom(type);
  }

  /// What the JVM makes of `$'caf\xe9'`, and of everything but ASCII in the locale C.
  @Test
  void anArgumentThatIsNoUtf8IsRefused() {
    CliRun run = CliRun.of("generate", "--model", ".", "--prompt", "caf\uFFFD");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("reformer4j: 'caf").contains("no UTF-8", "LC_ALL=C.UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"atend", "attend2", "banch", "plann", "--versoin", "-x", "4"})
  void whatIsNoCommandIsOneSentence(String word) {
    CliRun run = CliRun.of(word);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("reformer4j: unknown ").contains("see 'reformer4j --help'");
  }

  @Test
  void aSlipOfTheFingersGetsASuggestion() {
    assertThat(CliRun.of("atend").err()).contains("perhaps you meant attend");
    assertThat(CliRun.of("bench", "--token", "4").err()).contains("perhaps you meant --tokens");
    assertThat(CliRun.of("plan", "--tokens", "1K", "--memry", "4").err())
        .contains("perhaps you meant --memory");
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    CliRun run = CliRun.of("plan", "--tokens", "1K", "--tokens", "2K");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--tokens").contains("only once");
  }

  @Test
  void numbersReadTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Say.bytes(1.5 * (1L << 30))).isEqualTo("1.5 GiB");
      assertThat(Say.count(1 << 20)).isEqualTo("1,048,576");
      assertThat(Say.seconds(1.234)).isEqualTo("1.23 s");
    } finally {
      Locale.setDefault(before);
    }
  }
}
