package dev.reformer4j.cli.train;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import dev.reformer4j.text.ByteVocabulary;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Masking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Masked language modelling: hidden tokens, from both sides.
///
/// @param data what is read
record MaskedTask(DataOptions data) implements Task {
  @Override
  public HeadKind head() {
    return HeadKind.MASKED_LANGUAGE_MODEL;
  }

  @Override
  public boolean causal() {
    return false;
  }

  /// That of a causal model, which looks as far ahead as back.
  @Override
  public ReformerConfig config(Optional<Preset> preset) {
    return bothWays(preset).architectures(List.of(head().architecture())).build();
  }

  /// A preset that reads both ways, for any head.
  static ReformerConfigBuilder bothWays(Optional<Preset> preset) {
    return preset.orElse(Preset.SMALL).config().toBuilder()
        .causal(false)
        .localNeighbours(1, 1)
        .lshNeighbours(1, 1)
        .architectures(List.of());
  }

  @Override
  public Lessons open(Reformer model, Optional<Path> directory) throws IOException {
    Vocabulary vocabulary = Vocabularies.of(model, directory);
    return Vocabularies.closingOnFailure(
        vocabulary,
        () -> {
          Masking masking = masking(vocabulary, model);
          return new TextLessons(data.open(vocabulary), vocabulary, Optional.of(masking));
        });
  }

  /// What hides the ids of a vocabulary.
  ///
  /// @throws UserError if it has no id for that
  static Masking masking(Vocabulary vocabulary, Reformer model) {
    int mask =
        vocabulary
            .maskId()
            .orElseThrow(() ->
                new UserError(
                    "the vocabulary of this model (%s) has no token that hides another; name one as"
                            .formatted(vocabulary.kind())
                        + " mask_token in its tokenizer_config.json, or train on bytes"));
    int from = vocabulary instanceof ByteVocabulary ? mask + 1 : 0;
    return new Masking(mask, from, Math.min(vocabulary.size(), model.config().vocabularySize()));
  }

  @Override
  public CardWords words() {
    return new CardWords(
        "fill-mask",
        "masked language model",
        "text",
        List.of(
            "reformer4j eval --model %s --data FILE", "reformer4j embed --model %s --file FILE"));
  }
}
