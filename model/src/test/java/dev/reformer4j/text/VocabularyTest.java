package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Golden.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VocabularyTest {
  @TempDir Path directory;

  static Stream<Directory> all() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aCopyGivesTheSameIds(Directory original) throws IOException {
    String text = "It is </s> said <pad> caf\u00e9.";
    try (Vocabulary vocabulary = original.load()) {
      vocabulary.saveTo(directory);
      try (Vocabulary copy = Vocabulary.load(directory, original.size())) {
        assertThat(copy.kind()).isEqualTo(vocabulary.kind());
        assertThat(copy.encode(text)).isEqualTo(vocabulary.encode(text));
        assertThat(copy.eosId()).isEqualTo(vocabulary.eosId());
      }
    }
  }

  @Test
  void aCopyThatWouldNotBeReadIsRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("tokenizer.json"), "another");
    try (Vocabulary pieces = Golden.named("plain-bpe").load()) {
      for (Vocabulary vocabulary : List.of(pieces, Vocabulary.bytes())) {
        assertThatThrownBy(() -> vocabulary.saveTo(directory))
            .isInstanceOf(TensorFileException.class)
            .hasMessageContaining("holds the tokenizer.json of another vocabulary");
      }
    }
    assertThat(other).hasContent("another");
    assertThat(directory.resolve("spiece.model")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("all")
  void anIdThatStandsForNothingIsNamed(Directory original) throws IOException {
    try (Vocabulary vocabulary = Vocabulary.load(original.path(), original.size() + 5)) {
      int last = original.size() + 4;
      assertThat(vocabulary.decode(last)).as("the model has it, the vocabulary not").isEmpty();
      assertThat(vocabulary.decoder().push(last)).isEmpty();
      for (int id : new int[] {-1, last + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        String sentence = "id " + id + " stands for nothing; ids are those from 0 to " + last;
        assertThatThrownBy(() -> vocabulary.decode(id)).hasMessage(sentence);
        assertThatThrownBy(() -> vocabulary.decoder().push(id)).hasMessage(sentence);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTokenThatTheModelLacksIsNamed(Directory original) throws IOException {
    try (Vocabulary whole = original.load();
        Vocabulary vocabulary = Vocabulary.load(original.path(), 10)) {
      String text = "It was Anne Elliot, of course.";
      int first = IntStream.of(whole.encode(text)).filter(id -> id >= 10).findFirst().orElseThrow();
      assertThatThrownBy(() -> vocabulary.encode(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("id " + first, "the model has 10 ids");
      assertThatThrownBy(() -> vocabulary.encoding(text, text))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void halfOfASurrogatePairIsRefusedByAll(Directory original) throws IOException {
    try (Vocabulary vocabulary = original.load()) {
      for (Callable<?> use :
          List.<Callable<?>>of(
              () -> vocabulary.encode("a\uD83D"),
              () -> vocabulary.encoding("\uDE00"),
              () -> vocabulary.encoding("a", "\uD83D\uD83D\uDE00"))) {
        assertThatThrownBy(use::call)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("half of a surrogate pair");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void manyThreadsGetTheSameIds(Directory original) throws Exception {
    try (Vocabulary vocabulary = original.load();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      int[] expected = vocabulary.encode("It was Anne Elliot, of course.");
      List<Future<int[]>> found = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        found.add(threads.submit(() -> vocabulary.encode("It was Anne Elliot, of course.")));
      }
      for (Future<int[]> ids : found) {
        assertThat(ids.get()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aClosedVocabularySaysSo(Directory original) throws IOException {
    Vocabulary vocabulary = original.load();
    vocabulary.close();
    vocabulary.close();
    assertThatThrownBy(() -> vocabulary.encode("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this vocabulary is closed; load it again");
  }

  @Test
  void aSpecialTokenInATextOfPiecesIsItsId() throws IOException {
    try (Vocabulary pieces = Golden.named("reformer-spiece").load()) {
      int[] said = pieces.encode("said");
      int[] ids = pieces.encode("so</s> said");
      assertThat(ids).contains(pieces.eosId().orElseThrow()).endsWith(said);
      assertThat(ids).startsWith(pieces.encode("so"));
      Encoding encoding = pieces.encoding("so</s> said");
      int end = pieces.encode("so").length;
      assertThat(encoding.begins()[end]).isEqualTo(2);
      assertThat(encoding.ends()[end]).isEqualTo(6);
      assertThat(encoding.span(0, "so</s> said", end + 1, ids.length - 1).orElseThrow())
          .isEqualTo(new Span(7, 11));
    }
  }

  @Test
  void settingsBesideAModelAddATokenAndAnEnd() throws IOException {
    try (Vocabulary pieces = Golden.named("reformer-spiece").load()) {
      pieces.saveTo(directory);
      Files.writeString(
          directory.resolve("tokenizer_config.json"),
          "{\"add_eos_token\":true,\"eos_token\":{\"content\":\"</s>\"},\"pad_token\":\"[PAD]\"}");
      Files.writeString(directory.resolve("added_tokens.json"), "{\"[PAD]\":320}");
      try (Vocabulary more = Vocabulary.load(directory, 321)) {
        assertThat(more.padId()).hasValue(320);
        assertThat(more.encode("so")).isEqualTo(with(pieces.encode("so"), 2));
        assertThat(more.encode("[PAD]")).containsExactly(320, 2);
        assertThat(more.decode(320, 2)).isEmpty();
        assertThat(more.encoding("so", "so").texts())
            .endsWith(1, Encoding.SPECIAL)
            .contains(Encoding.SPECIAL);
      }
      try (Vocabulary less = Vocabulary.load(directory, 320)) {
        assertThat(less.padId()).as("the model has no such id").isEmpty();
        assertThatThrownBy(() -> less.encode("[PAD]")).hasMessageContaining("\"[PAD]\"");
      }
    }
  }

  private static int[] with(int[] ids, int last) {
    return IntStream.concat(IntStream.of(ids), IntStream.of(last)).toArray();
  }
}
