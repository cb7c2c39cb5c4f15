package dev.reformer4j.explorer;

/// A request that cannot be answered, as an HTTP status and one sentence for a person.
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  private Problem(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  static Problem badRequest(String sentence) {
    return new Problem(400, sentence);
  }

  static Problem unauthorized(String sentence) {
    return new Problem(401, sentence);
  }

  static Problem forbidden(String sentence) {
    return new Problem(403, sentence);
  }

  static Problem notFound(String sentence) {
    return new Problem(404, sentence);
  }

  static Problem wrongMethod(String sentence) {
    return new Problem(405, sentence);
  }

  /// Somebody, mostly the page itself, wants the answer no more.
  static Problem cancelled(String sentence) {
    return new Problem(409, sentence);
  }

  static Problem tooLarge(String sentence) {
    return new Problem(413, sentence);
  }

  static Problem wrongType(String sentence) {
    return new Problem(415, sentence);
  }

  static Problem tooMany(String sentence) {
    return new Problem(429, sentence);
  }

  static Problem unavailable(String sentence) {
    return new Problem(503, sentence);
  }

  int status() {
    return status;
  }

  /// Whether the same request may succeed a little later.
  boolean isPassing() {
    return status == 429 || status == 503;
  }
}
