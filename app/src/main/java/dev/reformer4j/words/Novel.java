package dev.reformer4j.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// The six novels of Jane Austen (1811–1818): public domain, as plain text from Debian's package
/// r-cran-janeaustenr.
public enum Novel {
  /// 1811.
  SENSE_AND_SENSIBILITY("Sense and Sensibility", 1811),
  /// 1813.
  PRIDE_AND_PREJUDICE("Pride and Prejudice", 1813),
  /// 1814.
  MANSFIELD_PARK("Mansfield Park", 1814),
  /// 1815.
  EMMA("Emma", 1815),
  /// 1818.
  NORTHANGER_ABBEY("Northanger Abbey", 1818),
  /// 1818.
  PERSUASION("Persuasion", 1818);

  private final String title;
  private final int year;

  Novel(String title, int year) {
    this.title = title;
    this.year = year;
  }

  /// Its title.
  public String title() {
    return title;
  }

  /// The year it appeared.
  public int year() {
    return year;
  }

  /// The whole text.
  public String text() {
    String name = "austen/" + title.toLowerCase(Locale.ROOT).replace(' ', '_') + ".txt.gz";
    try (InputStream packed = Novel.class.getResourceAsStream(name)) {
      if (packed == null) {
        throw new IllegalStateException(name + " is missing from the program");
      }
      return new String(new GZIPInputStream(packed).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
