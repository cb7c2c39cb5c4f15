package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.util.Arrays;

/// A cursor over the dictionary in a `.npy` header. It knows texts without escapes, `True`,
/// `False`, and tuples of whole numbers; blanks may stand between any two of them.
final class PythonLiteral {
  /// More axes than NumPy can make.
  private static final int MOST_AXES = 64;

  private final MappedFile file;
  private final String text;
  private int at;

  PythonLiteral(MappedFile file, String text) {
    this.file = file;
    this.text = text;
  }

  /// Steps over `c` if it comes next.
  boolean take(char c) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /// Steps over `c`, which must come next.
  void expect(char c) throws TensorFileException {
    if (!take(c)) {
      throw expected("'" + c + "'");
    }
  }

  /// Nothing but blanks may be left.
  void end() throws TensorFileException {
    skipBlanks();
    if (at != text.length()) {
      throw expected("its end");
    }
  }

  /// A text in single or double quotes.
  String text() throws TensorFileException {
    char mark = take('\'') ? '\'' : take('"') ? '"' : 0;
    int end = mark == 0 ? -1 : text.indexOf(mark, at);
    if (end < 0) {
      throw expected("a text in quotes (structured and object arrays cannot be read)");
    }
    String found = text.substring(at, end);
    if (found.indexOf('\\') >= 0) {
      throw expected("a text without escapes");
    }
    at = end + 1;
    return found;
  }

  /// `True` or `False`.
  boolean truth() throws TensorFileException {
    String word = run(PythonLiteral::isWord);
    if (!word.equals("True") && !word.equals("False")) {
      throw expected("True or False");
    }
    at += word.length();
    return word.equals("True");
  }

  /// A tuple of whole numbers of at least 0: `()`, `(3,)`, `(3, 4)`. Python 2 wrote `3L`, which is
  /// read as 3.
  long[] wholeNumbers() throws TensorFileException {
    expect('(');
    long[] numbers = new long[MOST_AXES];
    int count = 0;
    boolean comma = false;
    while (!take(')')) {
      if (count > 0 && !comma) {
        throw expected("',' or ')'");
      }
      if (count == MOST_AXES) {
        throw file.wrong("the shape has more than 64 axes, the most NumPy allows");
      }
      numbers[count++] = wholeNumber();
      comma = take(',');
    }
    if (count == 1 && !comma) {
      throw expected("a tuple, such as (3,)");
    }
    return Arrays.copyOf(numbers, count);
  }

  private long wholeNumber() throws TensorFileException {
    String digits = run(c -> isWord(c) || c == '-' || c == '+' || c == '.');
    int length = digits.endsWith("L") ? digits.length() - 1 : digits.length();
    boolean whole = length > 0 && digits.chars().limit(length).allMatch(c -> c >= '0' && c <= '9');
    if (!whole || (length > 1 && digits.charAt(0) == '0')) {
      throw file.wrong(
          "the shape holds "
              + (digits.isEmpty() ? "something else" : quote(digits))
              + "; each axis must be a whole number of at least 0");
    }
    try {
      long number = Long.parseLong(digits, 0, length, 10);
      at += digits.length();
      return number;
    } catch (NumberFormatException e) {
      throw new TensorFileException(
          file.name()
              + ": the shape holds "
              + quote(digits)
              + ", but at most 2^63 - 1 is possible; the file is damaged",
          e);
    }
  }

  private interface CharTest {
    boolean test(char c);
  }

  private String run(CharTest test) {
    skipBlanks();
    int end = at;
    while (end < text.length() && test.test(text.charAt(end))) {
      end++;
    }
    return text.substring(at, end);
  }

  private static boolean isWord(char c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || c == '_';
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private TensorFileException expected(String what) {
    return file.wrong(
        "the .npy header should have "
            + what
            + " at character "
            + at
            + ", but has "
            + quote(text.substring(Math.min(at, text.length())))
            + "; save it again with numpy.save");
  }
}
