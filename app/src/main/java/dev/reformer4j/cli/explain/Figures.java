package dev.reformer4j.cli.explain;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.explain.Explanation;
import dev.reformer4j.explain.WorkedExample;
import dev.reformer4j.picture.BucketGrid;
import dev.reformer4j.picture.GoalPosts;
import dev.reformer4j.picture.MassByRounds;
import dev.reformer4j.picture.OrderRibbons;
import dev.reformer4j.picture.PairPattern;
import dev.reformer4j.picture.RotationBars;
import dev.reformer4j.picture.Svg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The pictures of an explanation as files, and the two of docs/lsh-attention.md that need no text:
/// the worked example and the goal posts.
record Figures(Map<String, Svg> pictures) {
  /// Draws everything.
  static Figures of(Explanation explanation) {
    Map<String, Svg> pictures = new LinkedHashMap<>();
    for (int round = 0; round < WorkedExample.ROUNDS.size(); round++) {
      pictures.put("worked-example-" + (round + 1), workedExample(round));
    }
    pictures.put("goal-posts", goalPosts());
    int chosen = explanation.token().token();
    pictures.put(
        "buckets", BucketGrid.of(explanation.firstShown(), explanation.bucketsShown(), chosen));
    pictures.put(
        "pairs",
        PairPattern.of(
            explanation.pairs().seen(),
            explanation.pairs().lost(),
            0,
            explanation.subject().n(),
            chosen));
    pictures.put("mass", MassByRounds.of(explanation.coverage()));
    for (RoundTrace round : explanation.token().rounds()) {
      pictures.put("rotation-" + (round.round() + 1), RotationBars.of(round));
      pictures.put("order-" + (round.round() + 1), order(explanation, round.round()));
    }
    return new Figures(pictures);
  }

  private static Svg workedExample(int round) {
    RotatedScores scores = WorkedExample.ROUNDS.get(round);
    return RotationBars.of(
        new RoundTrace(round, List.of(scores), scores.argmax(), 0, 0, List.of()));
  }

  /// Two near vectors and a third elsewhere, in three rounds of six posts; a border separates the
  /// near ones in the last.
  private static Svg goalPosts() {
    double[][] vectors = {{0.94, 0.34}, {0.82, 0.57}, {-0.6, 0.8}};
    return GoalPosts.of(
        List.of(
            new double[][] {{1.1, 0.6}, {-0.4, 0.9}, {0.7, -1.0}},
            new double[][] {{0.3, 1.2}, {1.3, 0.5}, {-1.0, 0.4}},
            new double[][] {{1, 0}, {0.56, 0.83}, {-0.8, 0.7}}),
        vectors,
        List.of("a", "b", "c"));
  }

  private static Svg order(Explanation explanation, int round) {
    return OrderRibbons.of(
        round,
        explanation.hashes().order(0, explanation.head(), round),
        explanation.hashes().ids(0, explanation.head(), round),
        explanation.config().chunking() == Chunking.CHUNKED ? explanation.config().chunk() : 0,
        explanation.token().token());
  }

  /// Writes one file a picture; the directory is made if it is not there.
  void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, Svg> picture : pictures.entrySet()) {
      AtomicFile.writeText(
          directory.resolve(picture.getKey() + ".svg"), picture.getValue().standalone());
    }
  }
}
