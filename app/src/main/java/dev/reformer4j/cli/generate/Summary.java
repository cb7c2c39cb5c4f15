package dev.reformer4j.cli.generate;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.generate.Completion;
import dev.reformer4j.generate.FinishReason;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Timing;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was generated and how fast, for people and for programs.
public final class Summary {
  private Summary() {}

  /// As `read 12 tokens in 31 ms, generated 256 tokens, 412 tokens/s; ended by --max-new-tokens`.
  public static String sentence(Generation generation) {
    Timing timing = generation.timing();
    String speed =
        timing.laterTokens() == 0 ? "" : ", " + Say.figures(timing.tokensPerSecond()) + " tokens/s";
    String reasons =
        generation.completions().stream()
            .map(completion -> words(completion.reason()))
            .distinct()
            .collect(Collectors.joining(", "));
    return "read %s in %s, generated %s%s; ended by %s"
        .formatted(
            tokens(timing.promptTokens()),
            Say.seconds(timing.promptTime().toNanos() / 1e9),
            tokens(newTokens(generation)),
            speed,
            reasons);
  }

  private static String tokens(long count) {
    return Say.count(count) + (count == 1 ? " token" : " tokens");
  }

  private static long newTokens(Generation generation) {
    return generation.completions().stream().mapToLong(completion -> completion.ids().length).sum();
  }

  private static String words(FinishReason reason) {
    return switch (reason) {
      case END_OF_TEXT -> "the model's end of text";
      case STOP_STRING -> "--stop";
      case MAX_NEW_TOKENS -> "--max-new-tokens";
      case POSITIONS_EXHAUSTED -> "the last position of the model";
      case CANCELLED -> "Ctrl-C";
    };
  }

  /// One object on one line.
  static String json(List<String> prompts, Generation generation, long seed) {
    return JsonText.object(json -> {
      json.writeName("completions").writeStartArray();
      for (int i = 0; i < prompts.size(); i++) {
        Completion completion = generation.completions().get(i);
        json.writeStartObject();
        json.writeStringProperty("prompt", prompts.get(i));
        json.writeStringProperty("text", completion.text());
        json.writeName("ids");
        json.writeArray(completion.ids(), 0, completion.ids().length);
        json.writeStringProperty("ended", completion.reason().name().toLowerCase(Locale.ROOT));
        json.writeEndObject();
      }
      json.writeEndArray();
      Timing timing = generation.timing();
      json.writeNumberProperty("seed", seed);
      json.writeNumberProperty("promptTokens", timing.promptTokens());
      json.writeNumberProperty("promptMs", Math.round(timing.promptTime().toNanos() / 1e3) / 1e3);
      json.writeNumberProperty("newTokens", newTokens(generation));
      json.writeNumberProperty("tokensPerSecond", timing.tokensPerSecond());
    });
  }
}
