package dev.reformer4j.explorer;

import dev.reformer4j.attention.LostKey;
import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.WeighedKey;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// The story of one token: its rotated values, what it saw and what it lost, and the plane in which
/// it can be dragged.
///
/// @param all what every round did with the token
/// @param seen what the rounds that are switched on made of it
/// @param active these rounds
/// @param posted missing where nothing was hashed
record TokenAnswer(TokenTrace all, TokenTrace seen, int[] active, Optional<Posted> posted) {
  private static final int MOST_KEYS = 40;

  /// The plane and the goal posts in it.
  record Posted(Plane plane, float[] posts) {}

  /// Writes it into an object.
  void write(JsonGenerator json) {
    json.writeNumberProperty("token", all.token());
    Json.number(json, "capturedMass", seen.capturedMass());
    json.writeArrayPropertyStart("rounds");
    all.rounds().forEach(round -> write(json, round));
    json.writeEndArray();
    json.writeNumberProperty("seen", seen.keys().size());
    keys(json, seen.keys().stream().limit(MOST_KEYS).toList(), active);
    json.writeNumberProperty("missed", seen.lost().size());
    lost(json, seen.lost().stream().limit(MOST_KEYS).toList());
    posted.ifPresent(drawn -> {
      Json.packed(json, "points", drawn.plane().points());
      Json.packed(json, "posts", drawn.posts());
      Json.number(json, "length", drawn.plane().length());
    });
  }

  /// A token that was generated, and the keys that mattered most to the query that chose it.
  ///
  /// @param id of the token; −1 if there is but some text that has become certain
  /// @param piece that text
  /// @param story of the query; null if there is none to tell
  static byte[] ofNew(int position, int id, String piece, TokenTrace story) {
    return Json.object(json -> {
      json.writeNumberProperty("position", position);
      json.writeNumberProperty("id", id);
      json.writeStringProperty("piece", piece);
      if (story != null) {
        int[] rounds = story.rounds().stream().mapToInt(RoundTrace::round).toArray();
        json.writeNumberProperty("query", story.token());
        Json.number(json, "capturedMass", story.capturedMass());
        keys(json, Continuation.heaviest(story), rounds);
      }
    });
  }

  private static void write(JsonGenerator json, RoundTrace round) {
    json.writeStartObject();
    json.writeNumberProperty("round", round.round());
    json.writeNumberProperty("bucket", round.bucket());
    json.writeNumberProperty("place", round.place());
    json.writeNumberProperty("chunk", round.chunk());
    scores(json, round.scores());
    json.writeEndObject();
  }

  /// For every factor xR, and which of [xR; −xR] is the largest.
  static void scores(JsonGenerator json, List<RotatedScores> scores) {
    json.writeArrayPropertyStart("scores");
    for (RotatedScores factor : scores) {
      json.writeStartObject();
      json.writeArrayPropertyStart("values");
      factor.values().forEach(value -> json.writeNumber(Math.round(value * 1e4) / 1e4));
      json.writeEndArray();
      json.writeNumberProperty("argmax", factor.argmax());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void keys(JsonGenerator json, List<WeighedKey> keys, int[] active) {
    json.writeArrayPropertyStart("keys");
    for (WeighedKey key : keys) {
      json.writeStartObject();
      json.writeNumberProperty("token", key.token());
      json.writeArrayPropertyStart("rounds");
      key.rounds().forEach(round -> json.writeNumber(active[round]));
      json.writeEndArray();
      Json.number(json, "logit", key.logit());
      Json.number(json, "weight", key.weight());
      Json.number(json, "fullWeight", key.fullWeight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void lost(JsonGenerator json, List<LostKey> keys) {
    json.writeArrayPropertyStart("lost");
    for (LostKey key : keys) {
      json.writeStartObject();
      json.writeNumberProperty("token", key.token());
      Json.number(json, "logit", key.logit());
      Json.number(json, "fullWeight", key.fullWeight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
