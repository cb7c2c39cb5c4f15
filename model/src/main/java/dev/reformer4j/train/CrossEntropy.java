package dev.reformer4j.train;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;
import dev.reformer4j.layer.PanelLoss;
import java.util.Arrays;

/// Cross-entropy of a softmax against one id per position, in nats, with label smoothing (Szegedy
/// et al. 2016): the target has weight `1 − ε`, and ε is shared by the whole vocabulary.
///
/// Used by several threads at once; every position is one thread's.
public final class CrossEntropy implements PanelLoss {
  /// The target of a position that is not learnt from.
  public static final int IGNORED = -1;

  private static final float LOG2_E = (float) (1 / Math.log(2));

  private final PanelKernels kernels = PanelKernels.best();
  private final int[] targets;
  private final int vocabulary;
  private final double smoothing;
  private final float weight;
  private final boolean[] right;

  /// @param targets `[n]` ids, or [#IGNORED]
  /// @param weight of one position in the loss, such as 1 / positions
  /// @param smoothing ε
  /// @throws IllegalArgumentException if a target is outside the vocabulary
  public CrossEntropy(int[] targets, int vocabulary, double weight, double smoothing) {
    for (int target : targets) {
      if (target != IGNORED && (target < 0 || target >= vocabulary)) {
        throw new IllegalArgumentException(
            "target "
                + target
                + " is outside the vocabulary; targets of this model are 0 to "
                + (vocabulary - 1)
                + ", or "
                + IGNORED
                + " for none");
      }
    }
    this.targets = targets;
    this.vocabulary = vocabulary;
    this.weight = (float) weight;
    this.smoothing = smoothing;
    this.right = new boolean[targets.length];
  }

  /// Positions whose target had the largest logit.
  public int right() {
    int count = 0;
    for (boolean one : right) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /// The loss of a block, and its gradient `weight · (softmax − target)` in the place of the
  /// logits.
  @Override
  public double gradient(float[] logits, int first, int count) {
    float[] max = new float[Kernels.PANEL];
    float[] sum = new float[Kernels.PANEL];
    float[] total = new float[Kernels.PANEL];
    float[] ofTarget = new float[Kernels.PANEL];
    clearBeyond(count, logits);
    toLog2(logits, max, total);
    for (int i = 0; i < count; i++) {
      int target = targets[first + i];
      if (target != IGNORED) {
        ofTarget[i] = logits[target * Kernels.PANEL + i];
        right[first + i] = ofTarget[i] == max[i];
      }
    }
    kernels.exponentials(logits, vocabulary, max, sum);
    double loss = 0;
    float[] scale = new float[Kernels.PANEL];
    for (int i = 0; i < count; i++) {
      if (targets[first + i] != IGNORED) {
        scale[i] = weight / sum[i];
        double logSum = Math.log(sum[i]) / Math.log(2) + max[i];
        double mean = total[i] / (double) vocabulary;
        loss += logSum - (1 - smoothing) * ofTarget[i] - smoothing * mean;
      }
    }
    subtractTargets(logits, scale, first, count);
    return loss * Math.log(2) * weight;
  }

  /// Nobody says what stands in the columns of tokens that there are not, and NaN times 0 is NaN.
  private void clearBeyond(int count, float[] logits) {
    for (int k = 0; k < vocabulary && count < Kernels.PANEL; k++) {
      Arrays.fill(logits, k * Kernels.PANEL + count, (k + 1) * Kernels.PANEL, 0);
    }
  }

  /// Turns logits into powers of 2, and finds the largest and the sum of every column.
  private void toLog2(float[] logits, float[] max, float[] total) {
    Arrays.fill(max, Kernels.NO_MAXIMUM);
    for (int k = 0; k < vocabulary; k++) {
      for (int i = 0; i < Kernels.PANEL; i++) {
        float logit = logits[k * Kernels.PANEL + i] * LOG2_E;
        logits[k * Kernels.PANEL + i] = logit;
        max[i] = Math.max(max[i], logit);
        total[i] += logit;
      }
    }
  }

  private void subtractTargets(float[] weights, float[] scale, int first, int count) {
    float shared = (float) (smoothing / vocabulary * weight);
    float[] smooth = new float[Kernels.PANEL];
    for (int i = 0; i < count; i++) {
      smooth[i] = targets[first + i] == IGNORED ? 0 : shared;
    }
    for (int k = 0; k < vocabulary; k++) {
      for (int i = 0; i < Kernels.PANEL; i++) {
        weights[k * Kernels.PANEL + i] = weights[k * Kernels.PANEL + i] * scale[i] - smooth[i];
      }
    }
    for (int i = 0; i < count; i++) {
      if (targets[first + i] != IGNORED) {
        weights[targets[first + i] * Kernels.PANEL + i] -= (float) ((1 - smoothing) * weight);
      }
    }
  }
}
