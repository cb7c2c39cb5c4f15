package dev.reformer4j.cli.read;

import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// The parts of a text that a question-answering model takes for the answer.
///
/// As in Hugging Face's pipeline the probability of tokens `i … j` is that of `i` as the first
/// times that of `j` as the last, each a softmax over the tokens of the text.
final class Spans {
  /// How many candidates are kept for each answer that is wanted: some are the same part of the
  /// text, apart from white space.
  private static final int SPARE = 8;

  private static final int MOST_CANDIDATES = 1 << 20;

  /// One answer.
  ///
  /// @param span its characters in the text
  record Answer(Span span, double probability) {}

  private record Candidate(int first, int last, double probability) {}

  private Spans() {}

  /// The best answers, best first; fewer than `top` if there are no more.
  ///
  /// @param logits `[n, 2]`, begin and end
  /// @param encoding of question and text; only tokens of the second text are candidates
  /// @param longest the most tokens of one answer
  static List<Answer> best(Tensor logits, Encoding encoding, String text, int longest, int top) {
    double[] begin = shares(logits, encoding, 0);
    double[] end = shares(logits, encoding, 1);
    Comparator<Candidate> byProbability = Comparator.comparingDouble(Candidate::probability);
    PriorityQueue<Candidate> kept =
        new PriorityQueue<>(byProbability.thenComparingInt(candidate -> -candidate.first()));
    int most = (int) Math.min((long) top * SPARE, MOST_CANDIDATES);
    for (int first = 0; first < begin.length; first++) {
      int beyond = Math.min(begin.length, first + longest);
      for (int last = first; last < beyond && begin[first] > 0; last++) {
        double probability = begin[first] * end[last];
        if (kept.size() < most || probability > kept.element().probability()) {
          kept.add(new Candidate(first, last, probability));
          if (kept.size() > most) {
            kept.remove();
          }
        }
      }
    }
    List<Candidate> ordered = new ArrayList<>(kept);
    ordered.sort(byProbability.reversed().thenComparingInt(Candidate::first));
    return distinct(ordered, encoding, text, top);
  }

  /// Probabilities over the tokens of the text; 0 elsewhere.
  private static double[] shares(Tensor logits, Encoding encoding, int column) {
    float[] candidates = new float[encoding.length()];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] =
          encoding.texts()[i] == 1 ? logits.data()[2 * i + column] : Float.NEGATIVE_INFINITY;
    }
    return Probabilities.softmax(candidates);
  }

  private static List<Answer> distinct(
      List<Candidate> candidates, Encoding encoding, String text, int top) {
    Map<Span, Answer> answers = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      Optional<Span> span = encoding.span(1, text, candidate.first(), candidate.last());
      if (span.isPresent() && span.get().end() > span.get().begin()) {
        answers.putIfAbsent(span.get(), new Answer(span.get(), candidate.probability()));
      }
    }
    return answers.values().stream().limit(top).toList();
  }
}
