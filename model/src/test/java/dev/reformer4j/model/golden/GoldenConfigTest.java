package dev.reformer4j.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.model.ReformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenConfigTest {
  static List<GoldenModel> models() {
    return GoldenModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatHuggingFaceSavesIsReadAndEveryLineIsWrittenBack(GoldenModel model) throws IOException {
    ReformerConfig config = ReformerConfig.read(model.path());
    List<String> written = config.toJson().lines().toList();
    List<String> lines = Files.readAllLines(model.path().resolve("config.json"));
    // The last entry lacks the comma that stands before what is added.
    List<String> entries = lines.subList(0, lines.size() - 2);
    assertThat(written).as(GoldenModel.HOW_TO_MAKE).startsWith(entries.toArray(String[]::new));
    assertThat(ReformerConfig.parse(config.toJson())).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyInputHasOutputsOfTheRightShape(GoldenModel model) throws IOException {
    ReformerConfig config = ReformerConfig.read(model.path());
    assertThat(model.inputs()).isNotEmpty();
    for (GoldenModel.Input input : model.inputs()) {
      int n = input.ids().length;
      assertThat(n).isLessThanOrEqualTo(config.maxLength());
      assertThat(input.hidden().shape()).containsExactly(n, 2 * config.dModel());
      assertThat(input.logits().isEmpty())
          .isEqualTo(config.architectures().equals(List.of("ReformerModel")));
      assertThat(input.unbiased().isPresent())
          .isEqualTo(input.number() == 0 && model.toString().contains("lm"));
    }
    assertThat(model.gradients().isPresent()).isEqualTo(model.toString().startsWith("train"));
  }
}
