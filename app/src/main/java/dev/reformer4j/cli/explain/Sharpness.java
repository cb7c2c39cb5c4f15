package dev.reformer4j.cli.explain;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The length of a vector: a number above 0, and not so large that a softmax would be a mere
/// maximum.
public final class Sharpness implements ITypeConverter<Double> {
  private static final double MOST = 1000;

  @Override
  public Double convert(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number; give one such as 20");
    }
    if (!(value > 0 && value <= MOST)) {
      throw new TypeConversionException(
          text + " is not above 0 and at most 1000; give a length such as 20");
    }
    return value;
  }
}
