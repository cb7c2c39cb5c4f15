package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;

/// One forward pass as a process of its own, to see whether it fits a heap.
public final class ForwardPass {
  static final int FITS = 10;
  static final int DOES_NOT_FIT = 11;

  /// In place of a number of rounds.
  static final int EXACT = 0;

  private ForwardPass() {}

  /// Runs the pass and ends the process with what became of it.
  ///
  /// @param args tokens, heads, width, and rounds or [#EXACT]
  public static void main(String[] args) {
    int width = Integer.parseInt(args[2]);
    Workload load =
        new Workload(Integer.parseInt(args[0]), Integer.parseInt(args[1]), width, width, true);
    int rounds = Integer.parseInt(args[3]);
    try (Workers workers = Workers.of(2)) {
      AttentionInput input = RandomInput.of(load, 1);
      Tensor output = rounds == EXACT ? exact(input, workers) : lsh(input, rounds, workers);
      System.exit(output.size() == input.value().size() ? FITS : 1);
    } catch (OutOfMemoryError e) {
      System.exit(DOES_NOT_FIT);
    }
  }

  private static Tensor exact(AttentionInput input, Workers workers) {
    return new ExactAttention(new ExactConfig(true)).forward(input, workers).output();
  }

  private static Tensor lsh(AttentionInput input, int rounds, Workers workers) {
    LshConfig config = LshConfig.defaults().withCausal(true).withRounds(rounds);
    return new LshAttention(config, Rotations.seeded(1)).forward(input, workers).output();
  }
}
