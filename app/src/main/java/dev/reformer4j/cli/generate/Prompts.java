package dev.reformer4j.cli.generate;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.generate.Session;
import dev.reformer4j.text.ByteVocabulary;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// What to go on from, as options.
final class Prompts {
  /// One prompt.
  ///
  /// @param name how the user knows it
  /// @param text of raw bytes, what can be shown of them
  private record Prompt(String name, String text, Source source) {}

  /// Puts a prompt into a session.
  private interface Source {
    void appendTo(Session session);
  }

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Text to go on from; may be given repeatedly.")
  private List<String> texts = List.of();

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "The same in a file, in UTF-8, taken to its end with the last line break.")
  private List<Path> files = List.of();

  @Option(
      names = "--bytes",
      description = "Take files as bytes, whatever they are; for a vocabulary of bytes.")
  private boolean raw;

  private final List<Prompt> prompts = new ArrayList<>();

  /// Reads the files; texts come first.
  ///
  /// @throws UserError if a prompt is empty, or bytes are asked of another vocabulary
  void read(Vocabulary vocabulary) throws IOException {
    for (String text : texts) {
      add("the prompt", text, session -> session.append(text));
    }
    for (Path file : files) {
      if (raw) {
        addBytes(file, vocabulary);
      } else {
        String text = TextFile.read(file);
        add(file.toString(), text, session -> session.append(text));
      }
    }
  }

  private void addBytes(Path file, Vocabulary vocabulary) throws IOException {
    if (!(vocabulary instanceof ByteVocabulary bytes)) {
      throw new UserError(
          "--bytes needs a model with a vocabulary of bytes, but this one has "
              + vocabulary.kind()
              + "; drop --bytes");
    }
    byte[] content = TextFile.bytes(file);
    add(
        file.toString(),
        new String(content, StandardCharsets.UTF_8),
        session -> session.append(bytes.encode(content)));
  }

  private void add(String name, String text, Source source) {
    if (text.isEmpty()) {
      throw new UserError(
          name + " is empty, and there is nothing to go on from; give one character at least");
    }
    prompts.add(new Prompt(name, text, source));
  }

  int count() {
    return prompts.size();
  }

  List<String> texts() {
    return prompts.stream().map(Prompt::text).toList();
  }

  /// Puts prompt `i` into a session.
  ///
  /// @throws UserError if it does not fit, or cannot be encoded
  void appendTo(Session session, int i) {
    Prompt prompt = prompts.get(i);
    try {
      prompt.source().appendTo(session);
    } catch (IllegalArgumentException e) {
      throw new UserError(prompt.name() + ": " + e.getMessage(), e);
    }
  }
}
