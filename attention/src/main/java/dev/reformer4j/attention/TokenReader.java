package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.io.IOException;

/// Reads the key and the value of one token of one head after the other.
final class TokenReader {
  private final CacheReader in;
  private final Kernels kernels = Kernels.best();
  private final int[] offset = new int[1];
  private final float[] panel;
  private final float[] squares = new float[Kernels.PANEL];

  /// `[dQk]`
  final float[] key;

  /// `[dV]`
  final float[] value;

  TokenReader(CacheReader in, int dQk, int dV) {
    this.in = in;
    this.key = new float[dQk];
    this.value = new float[dV];
    this.panel = new float[Kernels.panelSize(dQk)];
  }

  /// Reads the next.
  void read() throws IOException {
    in.finite("a key", key);
    in.finite("a value", value);
    kernels.transposeToSlabs(key, offset, 1, key.length, panel, 0, key.length);
    kernels.sumOfSquares(panel, key.length, squares);
    if (!(squares[0] < Float.POSITIVE_INFINITY)) {
      throw CacheReader.damaged("a key is so long that its square overflows float32");
    }
  }

  /// What gives the key unit length, to the bit as when it was hashed.
  float keyScale() {
    return UnitKeys.scale(squares[0], key.length);
  }
}
