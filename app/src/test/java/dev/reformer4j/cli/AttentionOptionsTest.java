package dev.reformer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class AttentionOptionsTest {
  @Test
  void nothingAskedForIsTheDefault() {
    assertThat(parsed().config()).isEqualTo(LshConfig.defaults());
    assertThat(parsed().isSeedGiven()).isFalse();
    LshConfig usual = LshConfig.defaults().withChunk(8).withCausal(true);
    assertThat(parsed().config(usual)).isEqualTo(usual);
  }

  @Test
  void everythingAskedForIsThere() {
    AttentionOptions options =
        parsed(
            "--rounds=3 --buckets=4x6 --chunk=16 --before=2 --after=1 --causal --chunking=SLIDING"
                + " --mask-other-buckets --count-once --seed=9");
    assertThat(options.config())
        .isEqualTo(
            new LshConfig(3, Buckets.of(4, 6), 16, 2, 1, true, Chunking.SLIDING, true, true));
    assertThat(options.seed()).isEqualTo(9);
    assertThat(options.isSeedGiven()).isTrue();
  }

  /// The help says numbers; they must be those of the configuration.
  @Test
  void theHelpTellsTheDefaults() {
    LshConfig defaults = LshConfig.defaults();
    CommandSpec spec = CommandSpec.forAnnotatedObject(new AttentionOptions());
    assertThat(help(spec, "--rounds")).endsWith("Default: " + defaults.rounds() + ".");
    assertThat(help(spec, "--buckets")).endsWith("Default: " + defaults.buckets() + ".");
    assertThat(help(spec, "--chunk")).endsWith("Default: " + defaults.chunk() + ".");
    assertThat(help(spec, "--before")).endsWith("Default: " + defaults.before() + ".");
    assertThat(help(spec, "--after")).endsWith("Default: " + defaults.after() + ".");
    assertThat(help(spec, "--chunking"))
        .endsWith("Default: " + defaults.chunking().name().toLowerCase(Locale.ROOT) + ".");
    assertThat(help(spec, "--seed")).endsWith("Default: " + parsed().seed() + ".");
  }

  private static String help(CommandSpec spec, String option) {
    return String.join(" ", spec.findOption(option).description());
  }

  private static AttentionOptions parsed(String... lines) {
    AttentionOptions options = new AttentionOptions();
    String[] args = String.join(" ", lines).isEmpty() ? new String[0] : lines[0].split(" ");
    CommandLine.populateCommand(options, args);
    return options;
  }
}
