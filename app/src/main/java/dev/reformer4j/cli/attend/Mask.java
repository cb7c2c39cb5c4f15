package dev.reformer4j.cli.attend;

import dev.reformer4j.cli.UserError;
import java.math.BigDecimal;

/// A padding mask as files hold it: numbers that are 1 for a token and 0 for padding.
final class Mask {
  private Mask() {}

  static boolean[] of(float[] numbers) {
    boolean[] mask = new boolean[numbers.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = isToken(numbers[i], i);
    }
    return notAllPadding(mask);
  }

  static boolean[] of(long[] numbers) {
    boolean[] mask = new boolean[numbers.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = isToken(numbers[i], i);
    }
    return notAllPadding(mask);
  }

  private static boolean isToken(double number, int i) {
    if (number != 0 && number != 1) {
      String value =
          number == Math.rint(number)
              ? new BigDecimal(number).toPlainString()
              : Double.toString(number);
      throw new UserError(
          "mask[" + i + "] is " + value + ", but must be 1 for a token or 0 for padding");
    }
    return number == 1;
  }

  private static boolean[] notAllPadding(boolean[] mask) {
    for (boolean token : mask) {
      if (token) {
        return mask;
      }
    }
    throw new UserError(
        "mask is 0 everywhere, so all "
            + mask.length
            + " tokens are padding; at least one must be 1");
  }
}
