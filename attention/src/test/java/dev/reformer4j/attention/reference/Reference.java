package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import java.util.List;

/// Attention by definition. Each method gives the whole story of one call: output, logsumexp, every
/// meeting with its logit and weight, gradients.
public final class Reference {
  private Reference() {}

  /// LSH attention whose keys have the buckets of the queries, as shared ones do.
  ///
  /// @param ids `[batch][heads][rounds][n]` buckets; padding is in a bucket of its own behind the
  ///   others
  public static ReferenceResult lsh(LshConfig config, AttentionInput input, int[][][][] ids) {
    return lsh(config, input, ids, ids);
  }

  /// LSH attention.
  ///
  /// @param ids `[batch][heads][rounds][n]` buckets of the queries; padding is in a bucket of its
  ///   own behind the others
  /// @param keyIds buckets of the keys, likewise
  public static ReferenceResult lsh(
      LshConfig config, AttentionInput input, int[][][][] ids, int[][][][] keyIds) {
    return ofEveryHead(
        input,
        KeyNorm.UNIT,
        (sequence, h, head) -> LshPattern.of(config, head, ids[sequence][h], keyIds[sequence][h]));
  }

  /// Local attention: chunks by position, `q·k/√dQk`, self allowed.
  ///
  /// @param wrap whether the first chunk looks back at the last and the last ahead at the first, as
  ///   in Hugging Face
  public static ReferenceResult local(
      int chunk, int before, int after, boolean causal, boolean wrap, AttentionInput input) {
    return ofEveryHead(
        input,
        KeyNorm.SCALED,
        (sequence, h, head) ->
            WindowPattern.local(chunk, before, after, causal, wrap, head.token()));
  }

  /// Exact attention. Shared: keys of unit length, itself only if alone. Separate: `q·k/√dQk`, self
  /// allowed.
  public static ReferenceResult exact(boolean causal, AttentionInput input) {
    return ofEveryHead(
        input,
        input.isShared() ? KeyNorm.UNIT : KeyNorm.SCALED,
        (sequence, h, head) -> WindowPattern.exact(causal, head.token(), head.shared()));
  }

  private static ReferenceResult ofEveryHead(AttentionInput input, KeyNorm norm, Pattern pattern) {
    HeadAttention[][] heads = new HeadAttention[input.batch()][input.heads()];
    for (int sequence = 0; sequence < heads.length; sequence++) {
      for (int h = 0; h < heads[sequence].length; h++) {
        Head head = Head.of(input, sequence, h);
        heads[sequence][h] = new HeadAttention(head, norm, pattern.of(sequence, h, head));
      }
    }
    return new ReferenceResult(heads);
  }

  private interface Pattern {
    List<List<KeyInstance>> of(int sequence, int h, Head head);
  }
}
