package dev.reformer4j.bench;

import dev.reformer4j.bench.StageProfile.Frame;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a forward pass spends its time on, told from the stack.
public enum Stage {
  HASHING,
  SORTING,
  GATHERING,
  SCORES,
  SOFTMAX,
  VALUES,
  MERGING,
  OTHER;

  private static final Set<String> PATTERNS =
      Set.of("ChunkPattern", "SlidingPattern", "FullPattern", "Orders", "LoadedKeys");

  /// The stage of a stack, innermost frame first: that of the first frame which tells.
  static Stage of(List<Frame> stack) {
    for (Frame frame : stack) {
      Stage stage = of(frame);
      if (stage != OTHER) {
        return stage;
      }
    }
    return OTHER;
  }

  private static Stage of(Frame frame) {
    String outer = frame.type().replaceFirst(".*\\.", "").replaceFirst("\\$.*", "");
    return switch (outer) {
      case "Hashing", "SeededRotations" -> HASHING;
      case "BucketOrder" -> SORTING;
      case "SoftmaxState", "Tensor" -> MERGING; // the output is cleared before rows are added
      case "ForwardPass", "VectorKernels", "ScalarKernels" -> ofMethod(frame.method());
      default -> PATTERNS.contains(outer) ? GATHERING : OTHER;
    };
  }

  /// Products and transpositions are not among them: who calls them tells.
  private static Stage ofMethod(String method) {
    return switch (method) {
      case "addArgmax", "sumOfSquares" -> HASHING;
      case "loadQueries", "loadKeys", "copyToSlabs" -> GATHERING;
      case "score" -> SCORES;
      case "scale", "scaleAndMask", "exponentials", "weigh" -> SOFTMAX;
      case "addValues", "addRun" -> VALUES;
      case "decay", "scatterRows", "merge" -> MERGING;
      default -> OTHER;
    };
  }

  /// The name in reports.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
