package dev.reformer4j.attention;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Lets the stages of one head follow each other while different heads run side by side: stage s +
/// 1 of a head begins when all tasks of its stage s have ended, since both add to the same rows and
/// the order of additions is part of the result. Tasks are begun in order, so whatever a task waits
/// for is already running.
final class Gates {
  private final AtomicIntegerArray open;
  private final int stages;

  Gates(int heads, int stages, int tasksPerStage) {
    this.stages = stages;
    open = new AtomicIntegerArray(heads * stages);
    for (int i = 0; i < open.length(); i++) {
      open.set(i, tasksPerStage);
    }
  }

  /// Runs one task of a stage, after the stage before it. A task that fails leaves its gate shut:
  /// who waits there learns of the failure from the run they share.
  void pass(int head, int stage, Runnable task) {
    int gate = head * stages + stage;
    for (int spins = 0; stage > 0 && open.get(gate - 1) > 0; spins++) {
      Workers.checkpoint();
      Workers.pause(spins);
    }
    task.run();
    open.decrementAndGet(gate);
  }
}
