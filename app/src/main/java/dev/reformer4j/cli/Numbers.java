package dev.reformer4j.cli;

import dev.reformer4j.attention.LshConfig;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Numbers on the command line, each with its rule. A message follows the option's name: `--rounds
/// 0 is below 1; …`.
public final class Numbers {
  private Numbers() {}

  /// A whole number of at least 1.
  public static final class Positive implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Integer.MAX_VALUE);
    }
  }

  /// Rounds of hashing, as many as [LshConfig] takes.
  public static final class Rounds implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, LshConfig.MOST_ROUNDS);
    }
  }

  /// A whole number of at least 0.
  public static final class NotNegative implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 0, Integer.MAX_VALUE);
    }
  }

  /// A seed: any 64-bit whole number.
  public static final class Seed implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  /// Threads: more than a machine has is of no use, but no error; thousands are a slip.
  public static final class Threads implements ITypeConverter<Integer> {
    static final int MOST = 1024;

    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, MOST);
    }
  }

  /// A count of tokens: `65536`, `64K` (× 1,024) or `1M` (× 1,048,576).
  public static final class Tokens implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      String number = text.strip();
      long unit = unit(number, "KM");
      String digits = unit == 1 ? number : number.substring(0, number.length() - 1);
      if (!digits.matches("[+-]?\\d+")) {
        throw new TypeConversionException(
            "'" + text + "' is not a number of tokens; give one such as 65536, 64K or 1M");
      }
      BigInteger value = new BigInteger(digits).multiply(BigInteger.valueOf(unit));
      return (int) inRange(text, value, 1, Integer.MAX_VALUE);
    }
  }

  /// An amount of memory in bytes: `512m`, `4g`, `1.5g`, or plain bytes.
  public static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      String number = text.strip().toLowerCase(Locale.ROOT).replaceFirst("i?b$", "");
      long unit = unit(number.toUpperCase(Locale.ROOT), "KMGT");
      String digits = unit == 1 ? number : number.substring(0, number.length() - 1);
      if (!digits.matches("[+-]?\\d{1,18}(\\.\\d{1,9})?")) {
        throw new TypeConversionException(
            "'" + text + "' is not an amount of memory; give one such as 512m or 4g");
      }
      BigInteger value = new BigDecimal(digits).multiply(BigDecimal.valueOf(unit)).toBigInteger();
      return inRange(text, value, 1, Long.MAX_VALUE);
    }
  }

  /// A share between 0 and 1, both excluded.
  public static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException(
            "'" + text + "' is not a number; give a share such as 0.95");
      }
      if (!(value > 0 && value < 1)) {
        throw new TypeConversionException(
            text
                + " is not between 0 and 1 (both excluded); give a share of the softmax weight such"
                + " as 0.95");
      }
      return value;
    }
  }

  /// Any finite number; its range is checked by what takes it.
  public static final class Real implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      if (!text.strip().matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?")) {
        throw new TypeConversionException("'" + text + "' is not a number; give one such as 0.8");
      }
      return Double.parseDouble(text.strip());
    }
  }

  private static long whole(String text, long least, long most) {
    if (!text.matches("[+-]?\\d+")) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number; " + rule(least, most));
    }
    return inRange(text, new BigInteger(text), least, most);
  }

  private static long inRange(String text, BigInteger value, long least, long most) {
    if (value.compareTo(BigInteger.valueOf(least)) < 0) {
      throw new TypeConversionException(text + " is too small; " + rule(least, most));
    }
    if (value.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new TypeConversionException(text + " is too large; " + rule(least, most));
    }
    return value.longValueExact();
  }

  private static String rule(long least, long most) {
    return "give one from " + least + " to " + most;
  }

  /// The binary multiple that the last letter names, or 1. Letters are in the order of their powers
  /// of 1,024.
  private static long unit(String text, String letters) {
    int letter =
        text.isEmpty()
            ? -1
            : letters.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
    return letter < 0 ? 1 : 1L << (10 * (letter + 1));
  }
}
