package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;
import java.util.Arrays;

/// The duplication task (paper, section 5): a sequence is `0w0w` with a random word w, and what is
/// asked is the second w, which can be known from the first alone. It takes attention over `w + 1`
/// tokens, so it shows what hashing finds.
///
/// There is no end to the words: every number has its own.
public final class DuplicationExamples implements Examples {
  private final int wordLength;
  private final int symbols;
  private final long key;

  private DuplicationExamples(long key, int wordLength, int symbols) {
    Rule.require(
        wordLength >= 1 && wordLength < Integer.MAX_VALUE / 2 - 1,
        "word length",
        wordLength,
        "at least 1, and below 2^30");
    Rule.require(symbols >= 1, "symbols", symbols, "at least 1");
    this.wordLength = wordLength;
    this.symbols = symbols;
    this.key = CounterRandom.split(key, "duplication");
  }

  /// @param wordLength symbols of a word
  /// @param symbols ids of a word are 1 to this
  /// @param seed of the words; another seed has other ones
  /// @throws IllegalArgumentException if a number is below 1
  public DuplicationExamples(int wordLength, int symbols, long seed) {
    this(CounterRandom.key(seed), wordLength, symbols);
  }

  /// Words that are the same for everybody, and that no seed has: to be asked about.
  ///
  /// @throws IllegalArgumentException if a number is below 1
  public static DuplicationExamples heldOut(int wordLength, int symbols) {
    long key = CounterRandom.split(CounterRandom.key(0), "held out");
    return new DuplicationExamples(key, wordLength, symbols);
  }

  /// Ids of a sequence: both words, and a 0 before each.
  public int length() {
    return 2 * wordLength + 2;
  }

  /// There is none: no word comes again on purpose.
  @Override
  public long epoch() {
    return Long.MAX_VALUE;
  }

  @Override
  public Example example(long number) {
    long word = CounterRandom.split(key, number);
    int[] ids = new int[length()];
    int[] targets = new int[length()];
    Arrays.fill(targets, CrossEntropy.IGNORED);
    int second = wordLength + 1;
    for (int i = 0; i < wordLength; i++) {
      int symbol = 1 + (int) (CounterRandom.uniform(word, i) * symbols);
      ids[1 + i] = symbol;
      ids[second + 1 + i] = symbol;
      targets[second + i] = symbol; // what comes next, as always
    }
    return new Example(ids, targets);
  }
}
