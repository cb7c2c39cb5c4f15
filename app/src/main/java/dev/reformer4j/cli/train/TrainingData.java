package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.text.ByteVocabulary;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.ByteCorpus;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.CorpusSlice;
import dev.reformer4j.train.IdFile;
import dev.reformer4j.train.TokenCorpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The texts of a training.
///
/// @param learnt what is learnt from
/// @param heldOut what is not; empty if nothing is evaluated
/// @param files those that are learnt from, as a whole or but for their end
/// @param whole what is closed in the end
record TrainingData(Corpus learnt, Optional<Corpus> heldOut, List<Path> files, List<Corpus> whole)
    implements AutoCloseable {

  /// Holds out files.
  static TrainingData open(List<Path> files, List<Path> heldOut, Vocabulary vocabulary)
      throws IOException {
    Corpus learnt = corpus(files, vocabulary);
    try {
      Corpus asked = corpus(heldOut, vocabulary);
      return new TrainingData(learnt, Optional.of(asked), files, List.of(learnt, asked));
    } catch (IOException | RuntimeException e) {
      learnt.close();
      throw e;
    }
  }

  /// Holds out the end.
  static TrainingData open(List<Path> files, double share, Vocabulary vocabulary)
      throws IOException {
    Corpus all = corpus(files, vocabulary);
    long cut = all.cutBefore(all.length() - Math.round(share * all.length()));
    // Fewer than two ids can be neither learnt from nor evaluated.
    if (cut < 2 || all.length() - cut < 2) {
      return new TrainingData(all, Optional.empty(), files, List.of(all));
    }
    return new TrainingData(
        new CorpusSlice(all, 0, cut),
        Optional.of(new CorpusSlice(all, cut, all.length())),
        files,
        List.of(all));
  }

  /// Files as ids, or the one file that holds some already.
  static Corpus corpus(List<Path> files, Vocabulary vocabulary) throws IOException {
    for (Path file : files) {
      if (IdFile.isOne(file)) {
        if (files.size() > 1) {
          throw new UserError(
              file + " holds ids already and stands alone; give the texts, or this file only");
        }
        return IdFile.open(file, vocabulary);
      }
    }
    return vocabulary instanceof ByteVocabulary
        ? ByteCorpus.open(files)
        : TokenCorpus.encode(files, vocabulary);
  }

  /// How much there is, in a few words.
  String words() {
    return size(learnt)
        + " to learn from"
        + heldOut.map(corpus -> ", " + size(corpus) + " held out").orElse(", nothing held out");
  }

  private static String size(Corpus corpus) {
    return corpus.bytes() == corpus.length()
        ? Say.count(corpus.bytes()) + " bytes"
        : Say.count(corpus.length()) + " tokens (" + Say.count(corpus.bytes()) + " bytes)";
  }

  @Override
  public void close() {
    whole.forEach(Corpus::close);
  }
}
