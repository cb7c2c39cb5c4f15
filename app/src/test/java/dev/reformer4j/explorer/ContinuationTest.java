package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContinuationTest {
  private static final String TEXT = "Once upon a time there was ";

  private static Reformer model() {
    return Reformer.create(config(), 4);
  }

  static ReformerConfig config() {
    return ReformerConfig.builder().vocabularySize(258).causal(true).build();
  }

  private static View view(String more) {
    return ViewReader.read(
        ("{\"text\":\"" + TEXT + "\"" + more + "}").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyNewTokenTellsWhatItsQuerySawAndTheTextIsTheModelsOwn() {
    Reformer model = model();
    ModelSource source = new ModelSource("m", model, Vocabulary.bytes());
    List<Integer> positions = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String reason =
        source
            .continuation()
            .orElseThrow()
            .run(
                view(",\"newTokens\":12,\"temperature\":0"),
                4096,
                200,
                Workers.inline(),
                (position, id, piece, story) -> {
                  text.append(piece);
                  if (id >= 0) {
                    positions.add(position);
                    assertThat(story.token()).isEqualTo(position - 1);
                    assertThat(story.keys()).allMatch(key -> key.token() <= position - 1);
                    assertThat(story.keys().stream().mapToDouble(key -> key.weight()).sum())
                        .isBetween(0.999, 1.001);
                  }
                  return true;
                });
    assertThat(reason).isEqualTo("max_new_tokens");
    assertThat(positions).hasSize(12).startsWith(TEXT.length());
    String own =
        new Generator(NextLogits.recomputing(model, Workers.inline()), Vocabulary.bytes())
            .generate(List.of(TEXT), GenerateRequest.of(Sampling.greedy(), 12), TextListener.none())
            .completions()
            .getFirst()
            .text();
    assertThat(text.toString()).isEqualTo(own);
  }

  @Test
  void aListenerEndsIt() {
    ModelSource source = new ModelSource("m", model(), Vocabulary.bytes());
    List<Integer> told = new ArrayList<>();
    source
        .continuation()
        .orElseThrow()
        .run(
            view(",\"newTokens\":50"),
            4096,
            200,
            Workers.inline(),
            (position, _, _, _) -> {
              told.add(position);
              return told.size() < 3;
            });
    assertThat(told.size()).isBetween(3, 4);
  }

  @Test
  void tooManyTokensAreRefused() {
    Continuation continuation =
        new ModelSource("m", model(), Vocabulary.bytes()).continuation().orElseThrow();
    assertThatThrownBy(
            () -> continuation.run(view(",\"newTokens\":201"), 4096, 200, Workers.inline(), null))
        .hasMessageContaining("201");
    assertThatThrownBy(
            () -> continuation.run(view(",\"newTokens\":40"), 50, 200, Workers.inline(), null))
        .hasMessageContaining("at most");
  }

  @Test
  void vectorsAreThoseThatTheLayerReads() {
    Reformer model = model();
    ModelSource source = new ModelSource("m", model, Vocabulary.bytes());
    int lsh = config().layers().indexOf(LayerKind.LSH);
    String text = "héllo 👋 <script>".repeat(8);
    Material material =
        source.read(text, Optional.empty(), Optional.of(lsh), 4096, Workers.inline());
    int[] ids = Vocabulary.bytes().encode(text);
    assertThat(material.real()).isEqualTo(ids.length);
    assertThat(material.labels()).hasSize(material.n()).contains("é", "👋", "<");
    assertThat(material.input().query().data())
        .isEqualTo(model.attention(ids, lsh, Workers.inline()).input().query().data());
    assertThat(material.usual().causal()).isTrue();
  }

  @Test
  void onlyLayersThatHashAreLookedInto() {
    ModelSource source = new ModelSource("m", model(), Vocabulary.bytes());
    assertThatThrownBy(
            () -> source.read("a", Optional.empty(), Optional.of(99), 10, Workers.inline()))
        .hasMessageContaining("layer 99 is no LSH layer");
  }
}
