package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON out of a hostile file: parsed as it streams out of the map, so that memory goes to
/// what the visitor keeps, and with a sentence for whatever is wrong with it.
final class StrictJson {
  /// The longest text, and the longest whole that is sensibly read.
  static final long LONGEST = 100_000_000;

  private static final int DEEPEST = 16;

  /// No symbol table: names are read once, and a hostile file must not fill a table that outlives
  /// it.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(100)
                  .maxNameLength((int) LONGEST)
                  .maxStringLength((int) LONGEST)
                  .build())
          .build();

  /// Takes what it needs of a document, up to the token that ends it.
  @FunctionalInterface
  interface Visitor {
    void visit(JsonParser json) throws IOException;
  }

  private StrictJson() {}

  /// Reads the document between two offsets of a file, to its end.
  ///
  /// @param what the document in sentences, such as `the header`
  /// @throws TensorFileException if it is not UTF-8, not JSON, goes on after its end, or the
  ///   visitor says so
  static void read(MappedFile file, long begin, long end, String what, Visitor visitor)
      throws TensorFileException {
    try (Reader text =
            new InputStreamReader(file.stream(begin, end), StandardCharsets.UTF_8.newDecoder());
        JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      visitor.visit(json);
      if (json.nextToken() != null) {
        throw file.wrong(what + " goes on after its closing '}'; only whitespace may follow there");
      }
    } catch (JacksonException e) {
      throw notJson(file, begin, what, e);
    } catch (IOException e) {
      throw e instanceof TensorFileException sentence
          ? sentence
          : file.wrong(what + " cannot be read: " + e.getMessage());
    }
  }

  private static TensorFileException notJson(
      MappedFile file, long begin, String what, JacksonException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TensorFileException sentence) {
        return sentence;
      }
      if (cause instanceof CharacterCodingException) {
        return file.wrong(what + " is not valid UTF-8; the file is damaged");
      }
    }
    if (e instanceof StreamConstraintsException) {
      return file.wrong(
          what
              + " nests deeper than "
              + DEEPEST
              + " levels or holds a number of over 100 digits; no tensor needs that");
    }
    String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
    return file.wrong(
        what
            + " is not valid JSON near byte "
            + (begin + Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getCharOffset()))
            + " ("
            + TensorFileException.printable(message, 120)
            + "); the file is damaged");
  }

  /// The text of a name or value. A JSON escape can spell half a surrogate pair, which no UTF-8
  /// text contains.
  static String unicode(MappedFile file, String text, String what) throws TensorFileException {
    if (!isUnicode(text)) {
      throw file.wrong(
          what
              + " "
              + TensorFileException.quote(text)
              + " holds half a surrogate pair; texts must be valid Unicode");
    }
    return text;
  }

  /// Whether every surrogate has its partner.
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
