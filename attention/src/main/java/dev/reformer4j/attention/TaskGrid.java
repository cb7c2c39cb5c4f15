package dev.reformer4j.attention;

import java.util.function.Supplier;

/// Cuts the groups of all rows (sequences and heads) into tasks.
///
/// Where there are enough rows, a row is one thread's from the first stage to the last: its tokens
/// stay in that core's cache, and output rows that one round has written need not travel to another
/// core for the next. Rows that would leave threads idle are cut into spans of groups, all threads
/// work on all of them, and [Gates] keep their stages in order. Either way every row sees the same
/// additions in the same order.
///
/// @param span groups in one task
record TaskGrid(AttentionData data, int stages, int groups, int span) {
  /// Tokens in one span at least: enough that what is done twice at its borders is lost in the
  /// rest.
  private static final int SPAN_TOKENS = 2048;

  /// Work on the groups `[from, to)` of one stage.
  interface SpanWork {
    void span(int row, int stage, int from, int to);
  }

  static TaskGrid of(AttentionData data) {
    Pattern pattern = data.pattern(0);
    int groups = pattern.groups();
    int groupTokens = (data.n - 1) / groups + 1;
    return new TaskGrid(data, pattern.stages(), groups, Math.max(1, SPAN_TOKENS / groupTokens));
  }

  /// @param worker makes what one thread needs
  void run(Workers workers, Supplier<SpanWork> worker) {
    int wholeRows = data.rows - data.rows % workers.threads();
    int sharedRows = data.rows - wholeRows;
    int spans = (groups - 1) / span + 1;
    int sharedTasks = Math.multiplyExact(Math.multiplyExact(sharedRows, stages), spans);
    Gates gates = new Gates(sharedRows, stages, spans);
    workers.run(
        wholeRows + sharedTasks,
        () -> {
          SpanWork work = worker.get();
          return task -> {
            if (task < wholeRows) {
              for (int at = 0; at < stages * spans; at++) {
                Workers.checkpoint();
                span(work, task, at / spans, at % spans);
              }
              data.release(task);
            } else {
              int at = task - wholeRows;
              int row = at / spans % sharedRows;
              int stage = at / (spans * sharedRows);
              gates.pass(row, stage, () -> span(work, wholeRows + row, stage, at % spans));
            }
          };
        });
  }

  private void span(SpanWork work, int row, int stage, int index) {
    work.span(row, stage, index * span, Math.min(groups, (index + 1) * span));
  }
}
