package dev.reformer4j.cli.explain;

import dev.reformer4j.words.Unit;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `words` or `characters`.
final class UnitName implements ITypeConverter<Unit> {
  @Override
  public Unit convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "words" -> Unit.WORDS;
      case "characters" -> Unit.CHARACTERS;
      default ->
          throw new TypeConversionException(
              "'" + text + "' is neither 'words' nor 'characters'; give one of them");
    };
  }
}
