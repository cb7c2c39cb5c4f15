package dev.reformer4j.cli.attend;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.OptionalInt;

/// Finds numbers that are none. One NaN among the keys of a chunk makes NaN of every query that
/// sees it.
final class Finite {
  private Finite() {}

  /// The tensor, if all its numbers are finite.
  ///
  /// @throws UserError with the position of the first that is not
  static Tensor checked(String name, Tensor tensor) {
    OptionalInt at = firstNot(tensor.data());
    if (at.isPresent()) {
      throw new UserError(
          ("%s%s is %s, but every number must be finite; look for its source before attention"
                  + " spreads it")
              .formatted(
                  name,
                  Arrays.toString(position(tensor, at.getAsInt())),
                  tensor.data()[at.getAsInt()]));
    }
    return tensor;
  }

  /// The index of the first NaN or infinity.
  static OptionalInt firstNot(float[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static int[] position(Tensor tensor, int index) {
    int[] position = tensor.shape();
    int rest = index;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      int length = position[axis];
      position[axis] = rest % length;
      rest /= length;
    }
    return position;
  }
}
