package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.table.LabelledOptions;
import dev.reformer4j.cli.table.LabelledText;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.LabelledExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// What is learnt from, and what is not but only asked about.
final class DataOptions {
  private static final double USUAL_SHARE = 0.05;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      description = {
        "Files to learn from, and directories of them.",
        "Without --init every byte is one id, so any data will do; otherwise UTF-8."
      })
  private List<Path> data = List.of();

  @Option(
      names = "--held-out",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Files to evaluate on. Those that are in a directory of --data too are not learnt from.")
  private List<Path> heldOut = List.of();

  @Option(
      names = "--held-out-share",
      paramLabel = "S",
      converter = Numbers.Real.class,
      description =
          "Share of the data to evaluate on instead, which is not learnt from: their end; of"
              + " labelled texts some that are drawn. Default: 0.05; 0 for no evaluation.")
  private Double share;

  /// Refuses a task without data.
  void require(TaskName task) {
    if (data.isEmpty()) {
      throw new UserError(
          "--data is missing; name the files, or a directory of files, that task %s learns from"
              .formatted(task));
    }
  }

  /// Refuses data for a task that makes its own.
  void refuse(TaskName task) {
    if (!data.isEmpty() || !heldOut.isEmpty() || share != null) {
      throw new UserError(
          "task %s makes its own data; leave out --data, --held-out and --held-out-share"
              .formatted(task));
    }
  }

  /// Opens texts.
  ///
  /// @throws UserError if there are none, or the options contradict each other
  TrainingData open(Vocabulary vocabulary) throws IOException {
    double heldOutShare = share();
    List<Path> learnt = DataFiles.of("--data", data);
    if (heldOut.isEmpty()) {
      return TrainingData.open(learnt, heldOutShare, vocabulary);
    }
    List<Path> asked = DataFiles.of("--held-out", heldOut);
    return TrainingData.open(without(learnt, asked), asked, vocabulary);
  }

  /// Reads labelled texts. Where a share of them is held out, it is drawn, since tables are often
  /// sorted by label.
  ///
  /// @throws UserError if there are none, or the options contradict each other
  ClassificationTask classification(LabelledOptions labelled) throws IOException {
    double heldOutShare = share();
    List<Path> files = DataFiles.of("--data", data);
    if (!heldOut.isEmpty()) {
      List<Path> asked = DataFiles.of("--held-out", heldOut);
      List<Path> rest = without(files, asked);
      LabelledOptions.Read learnt = labelled.read(rest);
      return new ClassificationTask(
          learnt.texts(), labelled.read(asked).texts(), rest, learnt.columns());
    }
    LabelledOptions.Read read = labelled.read(files);
    Set<Integer> drawn =
        Arrays.stream(LabelledExamples.heldOut(read.texts().size(), heldOutShare))
            .boxed()
            .collect(Collectors.toSet());
    List<LabelledText> learnt = new ArrayList<>();
    List<LabelledText> asked = new ArrayList<>();
    for (int i = 0; i < read.texts().size(); i++) {
      (drawn.contains(i) ? asked : learnt).add(read.texts().get(i));
    }
    return new ClassificationTask(learnt, asked, files, read.columns());
  }

  private double share() {
    if (share != null && !heldOut.isEmpty()) {
      throw new UserError("--held-out and --held-out-share exclude each other; give one of them");
    }
    if (share != null && !(share >= 0 && share < 1)) {
      throw new UserError(
          "--held-out-share " + share + " is not from 0 to below 1; give a share such as 0.05");
    }
    return share == null ? USUAL_SHARE : share;
  }

  private static List<Path> without(List<Path> files, List<Path> others) throws IOException {
    List<Path> rest = new ArrayList<>();
    for (Path file : files) {
      boolean among = false;
      for (Path other : others) {
        among |= Files.isSameFile(file, other);
      }
      if (!among) {
        rest.add(file);
      }
    }
    if (rest.isEmpty()) {
      throw new UserError(
          "all files of --data are held out, so that nothing is left to learn from; hold out fewer");
    }
    return rest;
  }
}
