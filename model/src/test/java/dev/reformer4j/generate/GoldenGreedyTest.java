package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.golden.GoldenModel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Greedy generation against Hugging Face, whose every step is a full pass in double precision.
class GoldenGreedyTest {
  static List<GoldenModel> models() {
    return GoldenModel.all().stream().filter(model -> !prompts(model).isEmpty()).toList();
  }

  private static List<GoldenModel.Input> prompts(GoldenModel model) {
    return model.inputs().stream().filter(input -> input.greedy().isPresent()).toList();
  }

  @Test
  void thereAreModelsWithPrompts() {
    assertThat(models()).as(GoldenModel.HOW_TO_MAKE).hasSizeGreaterThanOrEqualTo(4);
  }

  /// All prompts of a model at once. A model without LSH attention may remember as well: what its
  /// tokens see does not depend on those behind them.
  @ParameterizedTest
  @MethodSource("models")
  void theLikeliestTokensAreThoseOfHuggingFace(GoldenModel golden) throws Exception {
    Reformer model = Reformer.load(golden.path());
    assertGreedy(golden, NextLogits.recomputing(model, Workers.inline()));
    if (!model.config().layers().contains(LayerKind.LSH)) {
      assertGreedy(golden, NextLogits.remembering(model, Workers.inline()));
    }
  }

  private static void assertGreedy(GoldenModel golden, NextLogits model) {
    List<String> pieces =
        IntStream.range(0, model.vocabularySize()).mapToObj(id -> id + " ").toList();
    Generator generator = new Generator(model, new Pieces(pieces));
    List<GoldenModel.Input> prompts = prompts(golden);
    List<Session> sessions = prompts.stream().map(_ -> generator.newSession()).toList();
    List<GenerateRequest> requests =
        prompts.stream()
            .map(
                input -> GenerateRequest.of(Sampling.greedy(), input.greedy().orElseThrow().length))
            .toList();
    for (int i = 0; i < prompts.size(); i++) {
      sessions.get(i).append(prompts.get(i).ids());
    }
    List<Completion> completions =
        generator.goOn(sessions, requests, TextListener.none()).completions();
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(completions.get(i).ids())
          .as("input %d; %s", prompts.get(i).number(), GoldenModel.HOW_TO_MAKE)
          .isEqualTo(prompts.get(i).greedy().orElseThrow());
    }
  }
}
