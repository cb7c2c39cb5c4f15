package dev.reformer4j.cli.logits;

import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Gathers the results of sequences into tensors of a batch, which end with zeros where a sequence
/// is shorter than the longest.
final class LogitsFile {
  private final SafetensorsWriter writer = new SafetensorsWriter();
  private final List<int[]> rows;

  LogitsFile(List<int[]> rows) {
    this.rows = rows;
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    writer.add("lengths", lengths, lengths.length);
  }

  /// The writer with all that was added.
  SafetensorsWriter writer() {
    return writer;
  }

  /// Adds what the head says: `logits`, or `start` and `end` of question answering.
  ///
  /// @param results of every sequence
  void addLogits(HeadKind head, List<Tensor> results) {
    switch (head) {
      case QUESTION_ANSWERING -> {
        addColumn("start", results, 0);
        addColumn("end", results, 1);
      }
      case CLASSIFICATION -> {
        List<Tensor> each =
            results.stream().map(result -> result.reshape(1, result.dim(0))).toList();
        Tensor all = padded("logits", each, 1);
        writer.add("logits", all.reshape(all.dim(0), all.dim(2)));
      }
      default -> add("logits", results);
    }
  }

  /// Adds a tensor `[batch, longest, width]`.
  ///
  /// @param results `[n, width]` of every sequence
  void add(String name, List<Tensor> results) {
    writer.add(name, padded(name, results, longest()));
  }

  private int longest() {
    return rows.stream().mapToInt(row -> row.length).max().orElse(0);
  }

  private static Tensor padded(String name, List<Tensor> results, int longest) {
    int width = results.getFirst().dim(1);
    requireArray(name, results.size(), longest, width);
    Tensor all = Tensor.zeros(results.size(), longest, width);
    for (int i = 0; i < results.size(); i++) {
      Tensor one = results.get(i);
      System.arraycopy(one.data(), 0, all.data(), i * longest * width, one.size());
    }
    return all;
  }

  private void addColumn(String name, List<Tensor> results, int column) {
    int longest = longest();
    Tensor all = Tensor.zeros(results.size(), longest);
    for (int i = 0; i < results.size(); i++) {
      Tensor one = results.get(i);
      for (int token = 0; token < one.dim(0); token++) {
        all.data()[i * longest + token] = one.data()[token * one.dim(1) + column];
      }
    }
    writer.add(name, all);
  }

  /// Refuses a batch whose tensor no array could hold.
  ///
  /// @throws UserError with its shape
  static void requireArray(String name, int... shape) {
    double size = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (size > Integer.MAX_VALUE - 8) {
      throw new UserError(
          name
              + " would be "
              + Arrays.toString(shape)
              + ", more than the 2147483639 numbers of one array; give fewer or shorter sequences"
              + " at a time");
    }
  }
}
