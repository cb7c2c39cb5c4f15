package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// One head, taken out of several: its vectors, and the rotations of some of its rounds.
final class HeadOf {
  private HeadOf() {}

  /// The vectors of one head, as an input of one head.
  static AttentionInput input(AttentionInput all, int head) {
    if (head < 0 || head >= all.heads()) {
      throw Problem.badRequest(
          "head %d does not exist; there are %d, counted from 0".formatted(head, all.heads()));
    }
    Tensor qk = slice(all.query(), head);
    AttentionInput one = AttentionInput.shared(qk, slice(all.value(), head));
    return all.mask().map(one::withMask).orElse(one);
  }

  private static Tensor slice(Tensor all, int head) {
    int n = all.dim(-2);
    int d = all.dim(-1);
    float[] part = Arrays.copyOfRange(all.data(), head * n * d, (head + 1) * n * d);
    return Tensor.of(part, 1, n, d);
  }

  /// The rotations of one head and some rounds, as if these were all there are.
  ///
  /// @param all of `heads` heads and `rounds` rounds
  /// @param active rounds, ascending
  static Rotations rotations(Rotations all, int heads, int head, int rounds, int[] active) {
    return (one, dQk, asked, columns) -> {
      float[] drawn = all.draw(heads, dQk, rounds, columns).data();
      Tensor part = Tensor.zeros(one, dQk, asked, columns);
      for (int e = 0; e < dQk; e++) {
        for (int r = 0; r < asked; r++) {
          int from = ((head * dQk + e) * rounds + active[r]) * columns;
          System.arraycopy(drawn, from, part.data(), (e * asked + r) * columns, columns);
        }
      }
      return part;
    };
  }
}
