package dev.reformer4j.cli.model;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.HeadKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Which model is for which command.
public final class Heads {
  private Heads() {}

  /// What a model of this kind says, in a few words.
  public static String words(HeadKind head) {
    return switch (head) {
      case LANGUAGE_MODEL -> "predicts the next token";
      case MASKED_LANGUAGE_MODEL -> "predicts hidden tokens";
      case CLASSIFICATION -> "gives a text a label";
      case QUESTION_ANSWERING -> "finds the answer to a question in a text";
      case NONE -> "has no head and gives its last hidden state";
    };
  }

  private static String commands(HeadKind head) {
    return switch (head) {
      case LANGUAGE_MODEL -> "generate, chat, score, logits or embed";
      case MASKED_LANGUAGE_MODEL -> "logits or embed";
      case CLASSIFICATION -> "classify, logits or embed";
      case QUESTION_ANSWERING -> "answer, logits or embed";
      case NONE -> "embed, or logits --hidden";
    };
  }

  /// Refuses a model that a command can do nothing with.
  ///
  /// @throws UserError that names the commands for this model and the model for this command
  public static void require(Path directory, HeadKind head, String command, HeadKind... fitting) {
    if (!Arrays.asList(fitting).contains(head)) {
      String classes =
          Arrays.stream(fitting).map(HeadKind::architecture).collect(Collectors.joining(" or "));
      throw new UserError(
          "%s is a %s, which %s, but %s needs a %s; use %s with this model"
              .formatted(
                  directory, head.architecture(), words(head), command, classes, commands(head)));
    }
  }
}
