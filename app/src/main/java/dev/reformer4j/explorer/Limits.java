package dev.reformer4j.explorer;

import java.time.Duration;

/// How much one request, and all of them together, may ask for.
///
/// @param bytes of a request's body
/// @param tokens of a text
/// @param atOnce requests that are computed at the same time
/// @param waiting requests that may wait for that
/// @param longest time that an answer may take, waiting included
/// @param longestStream the same for answers that come piece by piece
/// @param newTokens of one continuation
record Limits(
    int bytes,
    int tokens,
    int atOnce,
    int waiting,
    Duration longest,
    Duration longestStream,
    int newTokens) {
  /// What a page needs, and one machine bears.
  static Limits usual() {
    return new Limits(512 << 10, 4096, 2, 64, Duration.ofSeconds(30), Duration.ofMinutes(5), 200);
  }

  Limits withWaiting(int newWaiting) {
    return new Limits(bytes, tokens, atOnce, newWaiting, longest, longestStream, newTokens);
  }

  Limits withLongest(Duration newLongest) {
    return new Limits(bytes, tokens, atOnce, waiting, newLongest, longestStream, newTokens);
  }
}
