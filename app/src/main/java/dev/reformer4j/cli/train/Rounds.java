package dev.reformer4j.cli.train;

import dev.reformer4j.model.Reformer;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How often LSH layers hash, or that they do not but compute every pair.
///
/// @param count rounds; empty for exact attention
record Rounds(OptionalInt count) {
  /// Rounds beyond this are a slip.
  private static final int MOST = 1024;

  /// The same numbers in a model that attends so.
  Reformer in(Reformer model) {
    return count.isPresent() ? model.withRounds(count.getAsInt()) : model.withExactAttention();
  }

  @Override
  public String toString() {
    return count.isPresent() ? Integer.toString(count.getAsInt()) : "exact";
  }

  /// A number of rounds, or `exact`.
  static final class Converter implements ITypeConverter<Rounds> {
    @Override
    public Rounds convert(String text) {
      String plain = text.strip().toLowerCase(Locale.ROOT);
      if (plain.equals("exact")) {
        return new Rounds(OptionalInt.empty());
      }
      if (!plain.matches("\\d{1,9}")) {
        throw new TypeConversionException(
            "'" + text + "' is no number of rounds; give some such as 1,2,4,8,exact");
      }
      int count = Integer.parseInt(plain);
      if (count < 1 || count > MOST) {
        throw new TypeConversionException(
            text + " is not from 1 to " + MOST + "; give some such as 1,2,4,8,exact");
      }
      return new Rounds(OptionalInt.of(count));
    }
  }
}
