package dev.reformer4j.layer;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.kernel.Kernels;
import java.util.function.Supplier;

/// Goes through the tokens of a sequence, 64 at a time, on all threads.
final class Blocks {
  /// The most spans whose gradients are summed apart (see [GradientSums]): enough to feed the cores
  /// of one machine, few enough that their sums fit beside the model.
  private static final int SPANS = 16;

  /// Blocks of one span, if there are more than a few: every span costs a copy of the gradients.
  private static final int SPAN_BLOCKS = 16;

  /// Spans of a short sequence.
  private static final int FEW = 4;

  private Blocks() {}

  /// Work on one block of tokens.
  interface BlockWork {
    void block(int first, int count);
  }

  /// Work on one block of tokens that adds to gradients of parameters.
  interface GradientWork {
    void block(int first, int count, GradientSums sums);
  }

  /// Runs over all blocks in any order.
  ///
  /// @param worker makes what one thread needs
  static void forEach(int n, Workers workers, Supplier<BlockWork> worker) {
    workers.run(
        count(n),
        () -> {
          BlockWork work = worker.get();
          return block -> work.block(block * Kernels.PANEL, length(n, block));
        });
  }

  /// Runs over all blocks and adds up the gradients of parameters, in an order that does not depend
  /// on the threads.
  ///
  /// @param worker makes what one thread needs
  static void backward(int n, Pass pass, Supplier<GradientWork> worker) {
    int blocks = count(n);
    int spans = Math.min(blocks, Math.clamp(blocks / SPAN_BLOCKS, FEW, SPANS));
    GradientSums[] sums = new GradientSums[spans];
    pass.workers()
        .run(
            spans,
            () -> {
              GradientWork work = worker.get();
              return span -> {
                sums[span] = new GradientSums(pass.spare());
                int end = (int) ((span + 1L) * blocks / spans);
                for (int block = (int) ((long) span * blocks / spans); block < end; block++) {
                  work.block(block * Kernels.PANEL, length(n, block), sums[span]);
                }
                sums[span].finish();
              };
            });
    GradientSums.addToParameters(sums, pass);
  }

  /// How many blocks there are.
  static int count(int n) {
    return (n + Kernels.PANEL - 1) / Kernels.PANEL;
  }

  private static int length(int n, int block) {
    return Math.min(Kernels.PANEL, n - block * Kernels.PANEL);
  }
}
