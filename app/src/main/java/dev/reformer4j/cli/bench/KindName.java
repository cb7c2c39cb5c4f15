package dev.reformer4j.cli.bench;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `lsh`, `local` or `exact`, in whatever case.
final class KindName implements ITypeConverter<Kind> {
  @Override
  public Kind convert(String text) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.label().equalsIgnoreCase(text.strip()))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is not one of " + labels()));
  }

  private static String labels() {
    return Arrays.stream(Kind.values()).map(Kind::label).collect(Collectors.joining(", "));
  }
}
