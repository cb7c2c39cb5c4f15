package dev.reformer4j.explorer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;

/// Sends answers, each with the headers that keep a page to itself.
final class Replies {
  /// Scripts and styles come from the server's own files and from nowhere else; nothing inline.
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Replies() {}

  /// An answer that is ready.
  static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    head(exchange, type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  /// What went wrong, as a sentence.
  static void send(HttpExchange exchange, Problem problem) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    if (problem.isPassing()) {
      headers.set("Retry-After", "1");
    }
    if (problem.status() == 401) {
      headers.set("WWW-Authenticate", "Bearer");
    }
    send(
        exchange,
        problem.status(),
        "application/json; charset=utf-8",
        Json.error(problem.getMessage()));
  }

  /// Begins an answer that comes piece by piece.
  static OutputStream stream(HttpExchange exchange, String type) throws IOException {
    head(exchange, type);
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void head(HttpExchange exchange, String type) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }
}
