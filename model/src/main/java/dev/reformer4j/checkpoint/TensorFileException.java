package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/// A file that cannot be read or written, and why: the message is one sentence with the file, the
/// value, the rule and the way out, fit to be shown to a user as it is.
public final class TensorFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /// The longest piece of a file that a sentence repeats.
  private static final int LONGEST_QUOTE = 60;

  /// A sentence without a cause.
  public TensorFileException(String sentence) {
    super(sentence);
  }

  /// A sentence, and the exception it explains.
  public TensorFileException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /// Why a file could not be read.
  public static TensorFileException reading(Path file, IOException cause) {
    if (cause instanceof TensorFileException sentence) {
      return sentence;
    }
    if (cause instanceof NoSuchFileException) {
      return new TensorFileException(
          "cannot read " + file + ": there is no such file; check the path", cause);
    }
    return new TensorFileException("cannot read " + file + ": " + reason(cause), cause);
  }

  /// Why a file could not be written.
  public static TensorFileException writing(Path file, IOException cause) {
    if (cause instanceof TensorFileException sentence) {
      return sentence;
    }
    if (cause instanceof NoSuchFileException) {
      return new TensorFileException(
          "cannot write " + file + ": its directory does not exist; create it, or choose another",
          cause);
    }
    return new TensorFileException(
        "cannot write "
            + file
            + ": "
            + reason(cause)
            + "; choose another place, or make room and allow writing there",
        cause);
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case AccessDeniedException _ -> "permission denied";
      case ClosedByInterruptException _ -> "interrupted";
      case FileSystemException e when e.getReason() != null -> oneLine(e.getReason());
      default ->
          cause.getMessage() == null
              ? cause.getClass().getSimpleName()
              : oneLine(cause.getMessage());
    };
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  /// Names in quotes, the first twenty of them, and how many more there are.
  ///
  /// @param none what to say if there are none
  static String list(Collection<String> names, String none) {
    int most = 20;
    if (names.isEmpty()) {
      return none;
    }
    return names.stream()
            .limit(most)
            .map(TensorFileException::quote)
            .collect(Collectors.joining(", "))
        + (names.size() > most ? " and " + (names.size() - most) + " more" : "");
  }

  /// Text from a file in quotes, shortened and [printable][#printable].
  public static String quote(String text) {
    String shown = printable(text, LONGEST_QUOTE);
    return "\"" + shown + "\"";
  }

  /// Text that may hold pieces of a file, cut to `most` characters, with quotes and backslashes
  /// escaped and everything that could disturb a terminal written as its code.
  public static String printable(String text, int most) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(text.length(), most);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        shown.appendCodePoint(text.codePointAt(i));
        i++;
      } else if (c == '"' || c == '\\') {
        shown.append('\\').append(c);
      } else if (disturbs(c)) {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }

  private static boolean disturbs(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
