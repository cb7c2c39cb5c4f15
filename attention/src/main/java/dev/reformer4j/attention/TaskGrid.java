package dev.reformer4j.attention;

import java.util.function.Supplier;

/// Cuts the groups of all rows into tasks, in an order in which threads rarely wait for each other:
/// a few rows side by side, so that each has a stage to work on while another's is being finished,
/// and yet few, so that their tokens stay in the cache from stage to stage.
///
/// @param span groups in one task
record TaskGrid(AttentionData data, int stages, int groups, int span, int rowsTogether) {
  /// Work on one group; tasks of one thread share its scratch.
  interface GroupWork {
    void group(int row, Pattern pattern, int group);
  }

  /// A grid of tasks of at least so many tokens.
  static TaskGrid of(AttentionData data, int tokens, int threads) {
    Pattern pattern = data.pattern(0);
    int groups = pattern.groups();
    int groupTokens = (data.n - 1) / groups + 1;
    int span = Math.max(1, tokens / groupTokens);
    int tasks = (groups - 1) / span + 1;
    int together = Math.clamp(2L * threads / tasks + 1, 1, data.rows);
    return new TaskGrid(data, pattern.stages(), groups, span, together);
  }

  void run(Workers workers, Supplier<GroupWork> worker) {
    runSpans(
        workers,
        () -> {
          GroupWork work = worker.get();
          return (row, stage, from, to) -> {
            Pattern pattern = data.pattern(row);
            for (int group = from; group < to; group++) {
              work.group(row, pattern, stage * groups + group);
            }
          };
        });
  }

  /// Work on the groups `[from, to)` of one stage.
  interface SpanWork {
    void span(int row, int stage, int from, int to);
  }

  void runSpans(Workers workers, Supplier<SpanWork> worker) {
    int spans = (groups - 1) / span + 1;
    Gates gates = new Gates(data.rows, stages, spans);
    int perBatch = Math.multiplyExact(Math.multiplyExact(rowsTogether, stages), spans);
    workers.run(
        Math.multiplyExact(Math.multiplyExact(data.rows, stages), spans),
        () -> {
          SpanWork work = worker.get();
          return task -> {
            int firstRow = task / perBatch * rowsTogether;
            int rowsHere = Math.min(rowsTogether, data.rows - firstRow);
            int inBatch = task - firstRow * stages * spans;
            int stage = inBatch / (rowsHere * spans);
            int row = firstRow + inBatch / spans % rowsHere;
            int from = inBatch % spans * span;
            gates.pass(
                row, stage, () -> work.span(row, stage, from, Math.min(groups, from + span)));
          };
        });
  }
}
