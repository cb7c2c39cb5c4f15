package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.text.Golden.Directory;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ids, positions and texts are those of Python.
class GoldenTextTest {
  static Stream<Directory> sentencePiece() {
    return Golden.directories("sentencepiece");
  }

  static Stream<Directory> transformers() {
    return Golden.directories("transformers");
  }

  @ParameterizedTest
  @MethodSource({"sentencePiece", "transformers"})
  void aTextHasTheIdsThatPythonFinds(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      assertThat(vocabulary.size()).isEqualTo(directory.size());
      for (Map<?, ?> c : directory.cases("cases")) {
        String text = (String) c.get("text");
        assertThat(vocabulary.encode(text))
            .as("%s: %s", text, Golden.AGAIN)
            .isEqualTo(Golden.ints(c.get("ids")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"sentencePiece", "transformers"})
  void everyTokenComesFromWhereItDoesInPython(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      for (Map<?, ?> c : directory.cases("cases")) {
        String text = (String) c.get("text");
        int[] ids = Golden.ints(c.get("ids"));
        int[] texts = c.get("texts") == null ? new int[ids.length] : Golden.ints(c.get("texts"));
        int[][] places = Golden.spans(c.get("spans"), texts, text);
        Encoding encoding = vocabulary.encoding(text);
        String as = "%s: %s".formatted(text, Golden.AGAIN);
        assertThat(encoding.ids()).as(as).isEqualTo(ids);
        assertThat(encoding.texts()).as(as).isEqualTo(texts);
        assertThat(encoding.begins()).as(as).isEqualTo(places[0]);
        assertThat(encoding.ends()).as(as).isEqualTo(places[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void twoTextsAreOneSequenceAsInPython(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      for (Map<?, ?> c : directory.cases("pairs")) {
        String first = (String) c.get("first");
        String second = (String) c.get("second");
        int[] texts = Golden.ints(c.get("texts"));
        int[][] places = Golden.spans(c.get("spans"), texts, first, second);
        Encoding encoding = vocabulary.encoding(first, second);
        String as = "%s | %s: %s".formatted(first, second, Golden.AGAIN);
        assertThat(encoding.ids()).as(as).isEqualTo(Golden.ints(c.get("ids")));
        assertThat(encoding.texts()).as(as).isEqualTo(texts);
        assertThat(encoding.begins()).as(as).isEqualTo(places[0]);
        assertThat(encoding.ends()).as(as).isEqualTo(places[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"sentencePiece", "transformers"})
  void idsBecomeTheTextThatPythonMakes(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      for (Map<?, ?> c : directory.cases("cases")) {
        assertThat(vocabulary.decode(Golden.ints(c.get("ids"))))
            .as("%s: %s", c.get("text"), Golden.AGAIN)
            .isEqualTo(c.get("decoded"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void paddingAndEndHaveTheirIds(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      assertThat(vocabulary.padId().orElse(-1)).isEqualTo(orNone(directory.json().get("pad")));
      assertThat(vocabulary.eosId().orElse(-1)).isEqualTo(orNone(directory.json().get("eos")));
    }
  }

  private static int orNone(Object id) {
    return id == null ? -1 : (Integer) id;
  }
}
