package dev.reformer4j.model;

import java.util.ArrayList;
import java.util.List;

/// Axial positions made to measure: a grid with room for a number of positions, and the share of
/// the model width that each of its axes describes.
///
/// @param shape rows and columns (or more axes) of the grid, the last running fastest
/// @param dims numbers per position that each axis contributes; they sum to the model width
public record AxialShape(List<Integer> shape, List<Integer> dims) {
  /// Eight axes of 15 places each hold every position that an int can number.
  static final int MOST_AXES = 8;

  /// A nearly square grid of the fewest positions that are enough: no more than `positions` where
  /// they have factors at most four apart, a few more where not, as for primes.
  ///
  /// @param positions positions wanted, at least 1
  /// @param dModel model width, at least `axes`
  /// @param axes number of axes, 1 to 8; two is what Hugging Face can run
  /// @throws IllegalArgumentException if a number is out of its range
  public static AxialShape of(int positions, int dModel, int axes) {
    if (positions < 1) {
      throw new IllegalArgumentException(
          "axial positions for a length of " + positions + " are asked for; use at least 1");
    }
    if (axes > MOST_AXES) {
      throw new IllegalArgumentException(
          axes + " axes are asked for, but at most " + MOST_AXES + " make sense; use 2");
    }
    if (axes < 1 || axes > dModel) {
      throw new IllegalArgumentException(
          axes + " axes cannot share a model width of " + dModel + "; use 2");
    }
    return new AxialShape(grid(positions, axes), split(dModel, axes));
  }

  /// Positions that the grid has room for.
  public long positions() {
    return product(shape);
  }

  private static List<Integer> grid(int positions, int axes) {
    if (axes == 1) {
      return List.of(positions);
    }
    int root = (int) Math.ceil(Math.pow(positions, 1.0 / axes));
    List<Integer> best = List.of();
    // Half the root, so that no axis gets longer than four times another and the tables stay small.
    for (int first = root; first >= Math.max(1, root / 2); first--) {
      List<Integer> grid = new ArrayList<>(List.of(first));
      grid.addAll(grid(Math.ceilDiv(positions, first), axes - 1));
      if (best.isEmpty() || product(grid) < product(best)) {
        best = List.copyOf(grid);
      }
    }
    return best.stream().sorted().toList();
  }

  private static long product(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /// Splits a width so that each axis gets three times the one before it, as Hugging Face's default
  /// of 64 and 192 does: the last axis tells near positions apart.
  static List<Integer> split(int dModel, int axes) {
    List<Integer> dims = new ArrayList<>();
    int left = dModel;
    for (int rest = axes; rest > 1; rest--) {
      // The weights 1, 3, 9, … of the remaining axes sum to (3^rest − 1) / 2.
      int share = (int) Math.round(left / ((Math.pow(3, rest) - 1) / 2));
      dims.add(Math.max(1, share));
      left -= dims.getLast();
    }
    dims.add(left);
    return dims;
  }
}
