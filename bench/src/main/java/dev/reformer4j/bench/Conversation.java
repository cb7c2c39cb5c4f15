package dev.reformer4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/// Requests and answers, one JSON object a line each. A request that fails is answered by
/// `{"error":…}`, and the next one is heard.
public final class Conversation {
  private Conversation() {}

  /// Answers one request.
  public interface Answers {
    JsonLine to(Map<String, String> request) throws IOException;
  }

  /// Answers until the input ends.
  public static void hold(BufferedReader in, PrintStream out, Answers answers) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(answer(line, answers));
      out.flush();
    }
  }

  private static JsonLine answer(String line, Answers answers) {
    try {
      return answers.to(JsonLine.read(line));
    } catch (RuntimeException | IOException | OutOfMemoryError e) {
      return new JsonLine().with("error", e.toString());
    }
  }

  /// What a request must have.
  ///
  /// @throws IllegalArgumentException if it does not
  public static String need(Map<String, String> request, String key) {
    String value = request.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the request has no " + key + ", which it must have");
    }
    return value;
  }
}
