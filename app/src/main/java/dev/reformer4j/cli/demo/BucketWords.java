package dev.reformer4j.cli.demo;

import dev.reformer4j.words.Vocabulary;
import dev.reformer4j.words.WordVectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words that live in one bucket of one round: those of which at least a quarter of all
/// occurrences landed there.
///
/// @param bucket which bucket
/// @param tokens how many tokens landed there, these words or others
/// @param words the words, the most settled first
record BucketWords(int bucket, int tokens, List<String> words) {
  private static final int MOST_WORDS = 8;
  private static final int LEAST_WORDS = 5;

  /// A word that occurs there more rarely may be there by chance.
  private static final int LEAST_OCCURRENCES = 3;

  private static final double LEAST_SHARE = 0.25;

  /// A bucket, with how alike its words are.
  private record Candidate(double likeness, BucketWords bucket) {}

  /// A word that lives in a bucket, and how settled it is.
  private record Settler(int word, double settled) {}

  /// The buckets whose words are most alike, best first.
  ///
  /// @param buckets `[n]`, the bucket of every token
  /// @param tokens `[n]`, word numbers
  /// @param most how many buckets
  static List<BucketWords> best(
      int[] buckets, int[] tokens, Vocabulary vocabulary, WordVectors vectors, int most) {
    Map<Integer, Map<Integer, Integer>> counts = new HashMap<>();
    int[] everywhere = new int[vocabulary.size()];
    for (int t = 0; t < tokens.length; t++) {
      counts.computeIfAbsent(buckets[t], b -> new HashMap<>()).merge(tokens[t], 1, Integer::sum);
      everywhere[tokens[t]]++;
    }
    List<Candidate> candidates = new ArrayList<>();
    counts.forEach((bucket, words) -> {
      List<Settler> settlers = settlers(words, everywhere);
      if (settlers.size() >= LEAST_WORDS) {
        int size = words.values().stream().mapToInt(Integer::intValue).sum();
        List<String> names = settlers.stream().map(s -> vocabulary.word(s.word())).toList();
        candidates.add(
            new Candidate(likeness(settlers, vectors), new BucketWords(bucket, size, names)));
      }
    });
    candidates.sort(
        Comparator.comparingDouble(Candidate::likeness)
            .reversed()
            .thenComparingInt(candidate -> candidate.bucket().bucket()));
    return candidates.stream().limit(most).map(Candidate::bucket).toList();
  }

  private static List<Settler> settlers(Map<Integer, Integer> words, int[] everywhere) {
    List<Settler> settlers = new ArrayList<>();
    words.forEach((word, count) -> {
      double share = (double) count / everywhere[word];
      if (count >= LEAST_OCCURRENCES && share >= LEAST_SHARE) {
        settlers.add(new Settler(word, share * Math.log(count)));
      }
    });
    settlers.sort(
        Comparator.comparingDouble(Settler::settled).reversed().thenComparingInt(Settler::word));
    return settlers.subList(0, Math.min(MOST_WORDS, settlers.size()));
  }

  /// The mean similarity of all pairs; more words count for more, as means of many pairs are harder
  /// to keep high.
  private static double likeness(List<Settler> settlers, WordVectors vectors) {
    double sum = 0;
    for (int i = 0; i < settlers.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += vectors.similarity(settlers.get(i).word(), settlers.get(j).word());
      }
    }
    int pairs = settlers.size() * (settlers.size() - 1) / 2;
    return sum / pairs * Math.sqrt(settlers.size());
  }
}
