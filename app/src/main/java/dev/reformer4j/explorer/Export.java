package dev.reformer4j.explorer;

import dev.reformer4j.attention.Workers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/// The page as one file that needs no server: its modules as data, and the answers to everything
/// that it will ask about one text with the controls where they usually stand.
public final class Export {
  private static final String FIRST_SENTENCE =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  /// What the page begins with: the first sentences of Pride and Prejudice.
  static final String USUAL_TEXT =
      FIRST_SENTENCE
          + " However little known the feelings or views of such a man"
          + " may be on his first entering a neighbourhood, this truth is so well fixed in the"
          + " minds of the surrounding families, that he is considered as the rightful property of"
          + " some one or other of their daughters.";

  /// A story each is embedded, and the square of them.
  private static final int MOST_TOKENS = 256;

  /// Nothing but what is in the file, and scripts that are data.
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src"
          + " data:";

  private static final Pattern IMPORT = Pattern.compile("'\\./([a-z]+\\.js)'");

  private Export() {}

  /// The whole page.
  ///
  /// @throws IllegalArgumentException if the text is too long to be embedded, or there is nothing
  ///   to see in it
  public static String page(Source source, Optional<String> text, int threads) {
    Limits limits =
        new Limits(
            Integer.MAX_VALUE,
            MOST_TOKENS,
            1,
            1,
            Limits.usual().longest(),
            Limits.usual().longestStream(),
            1);
    try (Engine engine = new Engine(source, limits, Workers.of(threads))) {
      return page(engine, text.orElseGet(() -> usualText(engine)));
    } catch (Problem e) { // what a browser would be told with a status
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// As much of the usual text as can be embedded: where bytes are tokens, a sentence.
  private static String usualText(Engine engine) {
    try {
      var _ = engine.real(view(USUAL_TEXT, -1));
      return USUAL_TEXT;
    } catch (Problem _) {
      return FIRST_SENTENCE;
    }
  }

  private static String page(Engine engine, String text) {
    String page = new String(PageFiles.read(PageFiles.PAGE), StandardCharsets.UTF_8);
    String style = new String(PageFiles.read(PageFiles.STYLE), StandardCharsets.UTF_8);
    return page.replace(
            "<meta charset=\"utf-8\">",
            "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\""
                + POLICY
                + "\">")
        .replace("<link rel=\"stylesheet\" href=\"style.css\">", "<style>\n" + style + "</style>")
        .replace(
            "<script type=\"module\" src=\"main.js\"></script>",
            "<script type=\"application/json\" id=\"embedded\">"
                + embedded(engine, text)
                + "</script>\n<script type=\"importmap\">"
                + modules()
                + "</script>\n<script type=\"module\">import 'explorer/main.js';</script>");
  }

  /// Modules that are data know no paths, so they import each other by names.
  private static String modules() {
    StringJoiner modules = new StringJoiner(",", "{\"imports\":{", "}}");
    for (String script : PageFiles.SCRIPTS) {
      String source = new String(PageFiles.read(script), StandardCharsets.UTF_8);
      String named = IMPORT.matcher(source).replaceAll("'explorer/$1'");
      modules.add(
          "\"explorer/%s\":\"data:text/javascript;base64,%s\""
              .formatted(
                  script,
                  Base64.getEncoder().encodeToString(named.getBytes(StandardCharsets.UTF_8))));
    }
    return modules.toString();
  }

  /// The answers, as one object; `<` is written so that nothing in it can end the script element.
  private static String embedded(Engine engine, String text) {
    View view = view(text, -1);
    String material = string(engine.text(view));
    StringJoiner tokens = new StringJoiner(",");
    int n = engine.real(view);
    for (int token = 0; token < n; token++) {
      tokens.add(string(engine.token(view(text, token))));
    }
    String asText = string(Json.object(json -> json.writeStringProperty("text", text)));
    return "{\"view\":%s,\"status\":%s,\"text\":%s,\"attention\":%s,\"exact\":\"%s\",\"cost\":%s,\"tokens\":[%s]}"
        .formatted(
            asText,
            string(engine.status()),
            material,
            string(engine.attention(view)),
            Base64.getEncoder().encodeToString(engine.exact(view)),
            string(engine.measuredCost(view)),
            tokens)
        .replace("<", "\\u003c");
  }

  private static View view(String text, int token) {
    byte[] json =
        Json.object(body -> {
          body.writeStringProperty("text", text);
          if (token >= 0) {
            body.writeNumberProperty("token", token);
          }
        });
    return ViewReader.read(json);
  }

  private static String string(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
