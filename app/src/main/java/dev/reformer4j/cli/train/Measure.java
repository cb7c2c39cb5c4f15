package dev.reformer4j.cli.train;

import java.util.Locale;
import java.util.OptionalDouble;

/// How the loss of a task is told: in bits of something.
///
/// @param of what one share of the loss is, such as `byte` or `masked token`
/// @param each how many positions that are asked make one of it
record Measure(String of, double each) {
  /// Of tokens that were hidden.
  static final Measure MASKED = per("masked token");

  /// Of labels of texts.
  static final Measure LABEL = per("label");

  private static final String BYTE = "byte";

  /// Bits per byte of text.
  ///
  /// @param idsPerByte positions of one byte
  static Measure perByte(double idsPerByte) {
    return new Measure(BYTE, idsPerByte);
  }

  /// Bits per position that is asked.
  ///
  /// @param position what such a position is called
  static Measure per(String position) {
    return new Measure(position, 1);
  }

  /// Such as `bits per byte`.
  String name() {
    return "bits per " + of;
  }

  /// What a position that is asked is called.
  String position() {
    return isOfBytes() ? "token" : of;
  }

  /// @param loss nats per position
  double bits(double loss) {
    return loss / Math.log(2) * each;
  }

  /// The same for those who compare language models; empty where nothing is said of bytes.
  OptionalDouble bitsPerByte(double loss) {
    return isOfBytes() ? OptionalDouble.of(bits(loss)) : OptionalDouble.empty();
  }

  /// Of a text, accuracy says little; of other tasks it is what one wants to know.
  private boolean isOfBytes() {
    return of.equals(BYTE);
  }

  /// A loss and an accuracy in a few words.
  String words(double loss, double accuracy, int digits) {
    String bits = String.format(Locale.ROOT, "%." + digits + "f %s", bits(loss), name());
    return isOfBytes()
        ? bits
        : bits + String.format(Locale.ROOT, ", %.2f %% right", 100 * accuracy);
  }
}
