package dev.reformer4j.cli.train;

import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A page of a run that goes on, from the files of one that has ended.
record RunReportPage(RunPage page) {
  static RunReportPage of(Path out, Path text, long steps) throws IOException {
    try (Lessons lessons =
        new TextLessons(
            TrainingData.open(List.of(text), 0.05, Vocabulary.bytes()),
            Vocabulary.bytes(),
            Optional.empty())) {
      ModelCard card =
          new ModelCard(
              out,
              Reformer.load(out),
              new CardWords("text-generation", "language model", "text", List.of()),
              lessons,
              "a new model",
              List.of("train"),
              48);
      try (Metrics metrics = Metrics.open(out.resolve("metrics.jsonl"), steps, lessons)) {
        return new RunReportPage(new RunPage(card, steps, metrics.history(), List.of()));
      }
    }
  }

  String running(double secondsLeft) {
    return page.html(RunPage.State.running(OptionalDouble.of(secondsLeft)), "2026-01-02 03:04:05");
  }
}
