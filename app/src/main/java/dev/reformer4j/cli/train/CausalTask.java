package dev.reformer4j.cli.train;

import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Language modelling: every token from those before it.
///
/// @param data what is read
record CausalTask(DataOptions data) implements Task {
  @Override
  public HeadKind head() {
    return HeadKind.LANGUAGE_MODEL;
  }

  @Override
  public boolean causal() {
    return true;
  }

  @Override
  public ReformerConfig config(Optional<Preset> preset) {
    return preset.orElse(Preset.SMALL).config();
  }

  @Override
  public Lessons open(Reformer model, Optional<Path> directory) throws IOException {
    Vocabulary vocabulary = Vocabularies.of(model, directory);
    return Vocabularies.closingOnFailure(
        vocabulary, () -> new TextLessons(data.open(vocabulary), vocabulary, Optional.empty()));
  }

  @Override
  public CardWords words() {
    return new CardWords(
        "text-generation",
        "language model",
        "text",
        List.of(
            "reformer4j generate --model %s --prompt 'It was '",
            "reformer4j eval --model %s --data FILE"));
  }
}
