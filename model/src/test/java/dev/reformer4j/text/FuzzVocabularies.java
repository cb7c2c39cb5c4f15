package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads damaged vocabularies and works with those that can be read, in a JVM of its own: what the
/// native libraries do not survive ends the process. The seed is on the last line of what it says.
///
/// ```text
/// java … dev.reformer4j.text.FuzzVocabularies DIRECTORY [files = 1000] [first seed = 0]
/// ```
public final class FuzzVocabularies {
  private static final List<String> TEXTS =
      List.of(
          "", "Hello, caf\u00e9 \ufb01ne  \ud83d\ude00</s> it's", "\u2581 <0x41> \u0e01\u0e33\0");

  private static final Pattern VALUES =
      Pattern.compile("\"[^\"]{0,40}\"|-?\\d+(\\.\\d+)?|true|false|null|\\{|\\}|\\[|\\]");

  private static final List<String> EDITS =
      List.of(
          "\"\"",
          "\"<unk>\"",
          "\"</s>\"",
          "\"a\"",
          "\"\\u2581\"",
          "\"BPE\"",
          "\"Unigram\"",
          "\"WordPiece\"",
          "\"WordLevel\"",
          "\"Sequence\"",
          "\"String\"",
          "\"Regex\"",
          "\"(\"",
          "\"always\"",
          "\"never\"",
          "\"first\"",
          "\"Right\"",
          "0",
          "-1",
          "1",
          "3",
          "1e9",
          "0.5",
          "4294967295",
          "4294967296",
          "18446744073709551615",
          "1e308",
          "true",
          "false",
          "null",
          "{}",
          "[]",
          "[1]",
          "{\"a\":1}",
          "\"\\u0000\"",
          "\"\\ud83d\\ude00\"");

  private final List<Golden.Directory> originals = Golden.all().toList();
  private final Path directory;
  private int read;
  private int refused;

  private FuzzVocabularies(Path directory) {
    this.directory = directory;
  }

  /// Runs, and prints the counts.
  public static void main(String[] arguments) throws IOException {
    FuzzVocabularies fuzz = new FuzzVocabularies(Path.of(arguments[0]));
    int files = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
    int first = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
    for (int seed = first; seed < first + files; seed++) {
      System.out.println("seed " + seed);
      fuzz.once(seed);
    }
    System.out.println("read " + fuzz.read + ", refused " + fuzz.refused);
  }

  private void once(int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Golden.Directory original = originals.get(random.nextInt(originals.size()));
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    boolean json = Files.exists(original.path().resolve("tokenizer.json"));
    String name = json ? "tokenizer.json" : "spiece.model";
    byte[] bytes = Files.readAllBytes(original.path().resolve(name));
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      bytes = json && random.nextInt(8) > 0 ? editJson(bytes, random) : editBytes(bytes, random);
    }
    Files.write(directory.resolve(name), bytes);
    try (Vocabulary vocabulary = Vocabulary.load(directory, 100_000)) {
      read++;
      use(vocabulary, random);
    } catch (TensorFileException e) {
      refused++;
      requireSentence(e.getMessage());
    }
  }

  private static void use(Vocabulary vocabulary, SplittableRandom random) {
    for (String text : TEXTS) {
      try {
        Encoding encoding = vocabulary.encoding(text, "and another");
        vocabulary.decode(encoding.ids());
        vocabulary.decode(vocabulary.encode(text));
      } catch (IllegalArgumentException | IllegalStateException e) {
        requireSentence(e.getMessage());
      }
    }
    vocabulary.decode(random.ints(20, 0, Math.max(1, vocabulary.size())).toArray());
  }

  private static void requireSentence(String message) {
    if (message.length() < 20 || message.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("no sentence: " + message);
    }
  }

  private static byte[] editJson(byte[] bytes, SplittableRandom random) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The parts before and behind the vocabulary are small, and matter most.
    int from = text.indexOf("\"vocab\"");
    int to = Math.max(from, text.indexOf("\"merges\""));
    boolean outside = random.nextInt(4) > 0 && from > 0;
    List<MatchResult> all =
        VALUES
            .matcher(text)
            .results()
            .filter(match -> !outside || match.start() < from + 300 || match.start() > to)
            .toList();
    MatchResult match = all.get(random.nextInt(all.size()));
    // A value of the same sort gets further.
    char sort = sort(match.group());
    List<String> edits =
        Stream.concat(EDITS.stream(), all.stream().map(MatchResult::group))
            .filter(edit -> random.nextInt(4) == 0 || sort(edit) == sort)
            .toList();
    String edit = edits.get(random.nextInt(edits.size()));
    return (text.substring(0, match.start()) + edit + text.substring(match.end()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static char sort(String value) {
    char first = value.charAt(0);
    return Character.isDigit(first) ? '0' : first;
  }

  private static byte[] editBytes(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return bytes;
    }
    // Most of a model is its normalisation rules; a small end of it is everything else.
    int place =
        random.nextBoolean()
            ? random.nextInt(bytes.length)
            : random.nextInt(Math.min(bytes.length, 6000));
    byte[] edited = bytes.clone();
    switch (random.nextInt(5)) {
      case 0 -> edited[place] ^= (byte) (1 << random.nextInt(8));
      case 1 -> edited[place] = (byte) random.nextInt(256);
      case 2 -> edited = Arrays.copyOf(bytes, place);
      case 3 ->
          Arrays.fill(edited, place, Math.min(bytes.length, place + random.nextInt(64)), (byte) -1);
      default ->
          System.arraycopy(
              bytes, 0, edited, place, Math.min(bytes.length - place, random.nextInt(200)));
    }
    return edited;
  }
}
