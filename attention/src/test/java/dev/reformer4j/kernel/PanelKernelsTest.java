package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
import static dev.reformer4j.kernel.Twins.STRIP;
import static dev.reformer4j.kernel.Twins.TWIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernels of layers: to the bit like their twin, whose own sums are those of [Kernels].
class PanelKernelsTest {
  private static final PanelKernels FAST = PanelKernels.best();
  private static final PanelKernels SCALAR = PanelKernels.scalar();
  private static final int MARGIN = 21;
  private static final int[] WIDTHS = {1, 3, 15, 16, 17, 47, 64, 65, 130};

  static IntStream columns() {
    return Arrays.stream(Twins.rowCounts()).filter(count -> count > 0);
  }

  @Test
  void aVectorTimesAMatrixHasTheBitsOfTheProduct() {
    for (int rows : new int[] {0, 1, 2, 7, 64, 67}) {
      for (int columns : Twins.sizes()) {
        for (int spare : new int[] {0, 5}) {
          for (boolean add : new boolean[] {false, true}) {
            checkVector(rows, columns, columns + spare, add);
          }
        }
      }
    }
  }

  private static void checkVector(int rows, int columns, int stride, boolean add) {
    Random random = new Random(rows * 1009L + columns);
    float[] matrix = Twins.random(random, 3 + rows * stride);
    float[] x = Twins.random(random, 2 + rows);
    float[] before = Twins.random(random, columns + 2 * MARGIN);
    int slabCount = (columns + SLAB - 1) / SLAB;
    float[] slab = new float[Math.max(1, rows) * SLAB];
    float[] slabs = new float[slabCount * rows * SLAB];
    float[] sums = new float[slabCount * SLAB];
    System.arraycopy(before, MARGIN, sums, 0, columns);
    for (int p = 0; p < rows; p++) {
      slab[p * SLAB] = x[2 + p];
      for (int j = 0; j < columns; j++) {
        slabs[(j / SLAB * rows + p) * SLAB + j % SLAB] = matrix[3 + p * stride + j];
      }
    }
    // One row of C, whose slabs follow each other.
    TWIN.multiply(slab, 0, slabs, 0, rows * SLAB, sums, 0, SLAB, 1, slabCount * SLAB, rows, add);
    float[] product = before.clone();
    System.arraycopy(sums, 0, product, MARGIN, columns);
    for (PanelKernels kernels : new PanelKernels[] {FAST, SCALAR}) {
      float[] y = before.clone();
      kernels.multiplyVector(matrix, 3, stride, x, 2, y, MARGIN, rows, columns, add);
      assertThat(y).as("[%d, %d] add %s", rows, columns, add).isEqualTo(product);
    }
  }

  @Test
  void exponentialsOfAPanelAreThoseOfSlabs() {
    for (int rows : new int[] {0, 1, 2, 67}) {
      Random random = new Random(rows);
      float[] panel = Twins.random(random, rows * PANEL + MARGIN);
      float[] max = Twins.random(random, PANEL);
      float[] before = Twins.random(random, PANEL);
      float[] slabs = new float[rows * PANEL];
      for (int at = 0; at < slabs.length; at++) {
        slabs[slabIndex(rows, at)] = panel[at];
      }
      float[] slabSum = before.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        int row = strip / SLAB * rows;
        Twins.FAST.exponentials(slabs, row, row + rows, strip, max, slabSum);
      }
      float[] expected = panel.clone();
      for (int at = 0; at < slabs.length; at++) {
        expected[at] = slabs[slabIndex(rows, at)];
      }
      for (PanelKernels kernels : new PanelKernels[] {FAST, SCALAR}) {
        float[] actual = panel.clone();
        float[] sum = before.clone();
        kernels.exponentials(actual, rows, max, sum);
        assertThat(actual).as("%d rows", rows).isEqualTo(expected);
        assertThat(sum).as("%d rows", rows).isEqualTo(slabSum);
      }
    }
  }

  /// Where a number of an undivided panel stands in slabs of so many rows.
  private static int slabIndex(int rows, int at) {
    int column = at % PANEL;
    return (column / SLAB * rows + at / PANEL) * SLAB + column % SLAB;
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aDenseLayerEqualsItsTwinToTheBitInABlockAndAlone(int columns) {
    for (int outputs : WIDTHS) {
      for (int inputs : new int[] {1, 5, 64, 70, 130, 257}) {
        Random random = new Random(outputs * 1009L + inputs);
        float[] matrix = Twins.random(random, 7 + outputs * inputs);
        float[] bias = outputs % 2 == 0 ? new float[0] : Twins.random(random, outputs);
        PackedWeights weights = PackedWeights.of(matrix, 7, outputs, inputs, bias);
        float[] panel = Twins.random(random, 5 + inputs * PANEL);
        int padded = weights.paddedOutputs();
        float[] expected = new float[MARGIN + padded * PANEL + MARGIN];
        float[] actual = expected.clone();
        float[] scratch = new float[PanelKernels.DENSE_SCRATCH];
        SCALAR.dense(weights, panel, 5, expected, MARGIN, columns, scratch);
        FAST.dense(weights, panel, 5, actual, MARGIN, columns, scratch);
        String what = "[%d, %d] on %d".formatted(outputs, inputs, columns);
        checkDense(what, matrix, bias, outputs, inputs, panel, expected);
        for (int i = 0; i < columns; i++) {
          float[] token = column(panel, 5, inputs, i);
          assertThat(column(actual, MARGIN, padded, i))
              .as(what)
              .isEqualTo(column(expected, MARGIN, padded, i));
          for (PanelKernels kernels : new PanelKernels[] {FAST, SCALAR}) {
            float[] alone = new float[padded];
            kernels.denseVector(weights, token, 0, alone, 0);
            assertThat(alone).as(what).isEqualTo(column(expected, MARGIN, padded, i));
          }
        }
        Twins.untouched(
            what,
            new float[actual.length],
            actual,
            at -> at >= MARGIN && at < MARGIN + padded * PANEL);
      }
    }
  }

  /// The first token against plain double arithmetic on the row-major weights.
  private static void checkDense(
      String what,
      float[] matrix,
      float[] bias,
      int outputs,
      int inputs,
      float[] panel,
      float[] out) {
    for (int o = 0; o < outputs; o++) {
      double sum = bias.length == 0 ? 0 : bias[o];
      double size = Math.abs(sum);
      for (int p = 0; p < inputs; p++) {
        double product = (double) matrix[7 + o * inputs + p] * panel[5 + p * PANEL];
        sum += product;
        size += Math.abs(product);
      }
      Twins.near(what, o, sum, out[MARGIN + o * PANEL], (inputs + 1) * Twins.EPSILON * size);
    }
    for (int o = outputs; o < PackedWeights.paddedOutputs(outputs); o++) {
      assertThat(out[MARGIN + o * PANEL]).as(what).isZero();
    }
  }

  @Test
  void transposedWeightsAreThoseOfTheTransposedMatrix() {
    for (int outputs : WIDTHS) {
      for (int inputs : WIDTHS) {
        float[] matrix = Twins.random(new Random(outputs), 3 + outputs * inputs);
        float[] turned = new float[outputs * inputs];
        for (int o = 0; o < outputs; o++) {
          for (int p = 0; p < inputs; p++) {
            turned[p * outputs + o] = matrix[3 + o * inputs + p];
          }
        }
        PackedWeights transposed = PackedWeights.transposed(matrix, 3, outputs, inputs);
        assertThat(transposed.inputs()).isEqualTo(outputs);
        assertThat(transposed.outputs()).isEqualTo(inputs);
        assertThat(transposed.numbers)
            .isEqualTo(PackedWeights.of(turned, 0, inputs, outputs).numbers);
      }
    }
  }

  @Test
  void weightsCanBePackedAgain() {
    float[] first = Twins.random(new Random(1), 70 * 30);
    float[] second = Twins.random(new Random(2), 70 * 30);
    float[] bias = Twins.random(new Random(3), 70);
    PackedWeights weights = PackedWeights.of(first, 0, 70, 30, bias);
    weights.pack(second, 0, bias);
    PackedWeights fresh = PackedWeights.of(second, 0, 70, 30, bias);
    assertThat(weights.numbers).isEqualTo(fresh.numbers);
    assertThat(weights.bias).isEqualTo(fresh.bias);
  }

  @Test
  void weightsWithoutASizeAreRefused() {
    assertThatThrownBy(() -> new PackedWeights(0, 4)).hasMessageContaining("0 outputs");
    assertThatThrownBy(() -> new PackedWeights(4, 0)).hasMessageContaining("0 inputs");
    assertThatThrownBy(() -> new PackedWeights(1 << 20, 1 << 12)).hasMessageContaining("2^31");
  }

  @ParameterizedTest
  @MethodSource("columns")
  void theGradientOfWeightsEqualsItsTwinToTheBit(int columns) {
    for (int outputs : WIDTHS) {
      for (int inputs : WIDTHS) {
        Random random = new Random(outputs * 1009L + inputs);
        float[] dy = Twins.random(random, 2 + outputs * PANEL);
        float[] x = Twins.random(random, 4 + inputs * PANEL);
        float[] expected = Twins.random(random, 2 * MARGIN + outputs * inputs);
        float[] actual = expected.clone();
        addWeightGradient(SCALAR, dy, outputs, x, inputs, columns, expected);
        addWeightGradient(FAST, dy, outputs, x, inputs, columns, actual);
        assertThat(actual).as("[%d, %d] of %d", outputs, inputs, columns).isEqualTo(expected);
      }
    }
  }

  /// A whole panel, six of the given length, which may wait for each other, and one more after all
  /// is finished.
  private static void addWeightGradient(
      PanelKernels kernels,
      float[] dy,
      int outputs,
      float[] x,
      int inputs,
      int columns,
      float[] gradient) {
    float[] scratch = Twins.random(new Random(1), kernels.weightGradientScratch(outputs, inputs));
    WeightGradient sum = kernels.weightGradient(outputs, inputs, gradient, MARGIN, scratch);
    sum.add(dy, 2, x, 4, PANEL);
    for (int panel = 0; panel < 6; panel++) {
      sum.add(dy, 2, x, 4, columns);
    }
    sum.finish();
    sum.add(dy, 2, x, 4, columns);
    sum.finish();
  }

  @ParameterizedTest
  @MethodSource("columns")
  void sumsOverTokensEqualTheirTwin(int columns) {
    float[] panel = Twins.random(new Random(columns), 3 + 70 * PANEL);
    float[] expected = Twins.random(new Random(1), 80);
    float[] actual = expected.clone();
    SCALAR.addRowSums(panel, 3, 70, columns, expected, 4);
    FAST.addRowSums(panel, 3, 70, columns, actual, 4);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void addingEqualsItsTwinAndTouchesNothingElse() {
    for (int length : Twins.sizes()) {
      float[] x = Twins.random(new Random(length), 3 + length);
      float[] before = Twins.random(new Random(1), length + 2 * MARGIN);
      float[] expected = before.clone();
      float[] actual = before.clone();
      SCALAR.add(x, 3, expected, MARGIN, length);
      FAST.add(x, 3, actual, MARGIN, length);
      assertThat(actual).as("%d", length).isEqualTo(expected);
      for (int k = 0; k < length; k++) {
        assertThat(expected[MARGIN + k]).isEqualTo(before[MARGIN + k] + x[3 + k]);
      }
      Twins.untouched(
          "adding " + length, before, actual, at -> at >= MARGIN && at < MARGIN + length);
    }
  }

  @ParameterizedTest
  @MethodSource("columns")
  void rowsFromPanelsEqualTheirTwin(int columns) {
    float[] scratch = new float[PanelKernels.ROW_SCRATCH];
    for (int d : WIDTHS) {
      for (PanelKernels.RowMode mode : PanelKernels.RowMode.values()) {
        Random random = new Random(d);
        float[] panel = Twins.random(random, 3 + d * PANEL);
        int[] offsets = Twins.shuffledRows(random, columns, d, MARGIN);
        float[] expected = Twins.random(random, 2 * MARGIN + columns * d);
        float[] actual = expected.clone();
        SCALAR.toRows(panel, 3, d, columns, expected, offsets, mode, scratch);
        FAST.toRows(panel, 3, d, columns, actual, offsets, mode, scratch);
        assertThat(actual).as("%s of [%d, %d]", mode, d, columns).isEqualTo(expected);
      }
    }
  }

  @Test
  void rowsToAPanelAndBackAreTheSame() {
    Random random = new Random(5);
    float[] rows = Twins.random(random, PANEL * 100);
    int[] offsets = Twins.shuffledRows(random, PANEL, 100, 0);
    float[] panel = new float[Kernels.panelSize(100)];
    Kernels.best().transpose(rows, offsets, PANEL, 100, panel);
    float[] back = new float[rows.length];
    float[] scratch = new float[PanelKernels.ROW_SCRATCH];
    FAST.toRows(panel, 0, 100, PANEL, back, offsets, PanelKernels.RowMode.STORE, scratch);
    assertThat(back).isEqualTo(rows);
    FAST.toRows(panel, 0, 100, PANEL, back, offsets, PanelKernels.RowMode.SUBTRACT, scratch);
    assertThat(back).containsOnly(0);
  }

  static float[] column(float[] panel, int offset, int d, int i) {
    float[] column = new float[d];
    for (int k = 0; k < d; k++) {
      column[k] = panel[offset + k * PANEL + i];
    }
    return column;
  }
}
