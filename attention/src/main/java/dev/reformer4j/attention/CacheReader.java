package dev.reformer4j.attention;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;

/// Reads what caches wrote, and believes none of it: every number is checked before anything is
/// made of it, and room grows only with what was really read.
final class CacheReader {
  /// `R4Jc` and a version, which changes with the layout.
  private static final int MAGIC = 0x52344a63;

  private static final int VERSION = 1;

  private final DataInput in;

  CacheReader(DataInput in) {
    this.in = in;
  }

  /// What every cache begins with.
  ///
  /// @param settings what must be the same when it is read, in a fixed order
  static void writeHeader(DataOutput out, int kind, int... settings) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(kind);
    for (int setting : settings) {
      out.writeInt(setting);
    }
  }

  /// @param names of the settings that [#writeHeader] got
  /// @throws IOException if this is no such cache, or its settings are others
  void header(int kind, String[] names, int... settings) throws IOException {
    if (next() != MAGIC) {
      throw new IOException("this is no attention cache; give what AttentionCache.write wrote");
    }
    int version = next();
    if (version != VERSION) {
      throw new IOException(
          "the cache has version "
              + version
              + ", but only version "
              + VERSION
              + " can be read; fill a new cache from the tokens");
    }
    int writtenKind = next();
    if (writtenKind != kind) {
      throw new IOException(
          "the cache belongs to another kind of attention (number "
              + writtenKind
              + ", not "
              + kind
              + "); read it with an attention of the configuration that it was written with");
    }
    for (int i = 0; i < settings.length; i++) {
      int written = next();
      if (written != settings[i]) {
        throw new IOException(
            "the cache was written with "
                + names[i]
                + " "
                + written
                + ", but is read with "
                + settings[i]
                + "; read it with an attention of the configuration that it was written with");
      }
    }
  }

  /// A whole number between two others, both included.
  int whole(String what, int least, int most) throws IOException {
    int number = next();
    if (number < least || number > most) {
      throw damaged(what + " " + number + " is not between " + least + " and " + most);
    }
    return number;
  }

  /// Fills an array with finite numbers.
  void finite(String what, float[] numbers) throws IOException {
    try {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readFloat();
        if (!Float.isFinite(numbers[i])) {
          throw damaged(what + " holds " + numbers[i] + ", but every number must be finite");
        }
      }
    } catch (EOFException e) {
      throw tooShort(e);
    }
  }

  /// The sentence for content that no cache writes.
  static IOException damaged(String why) {
    return new IOException("the cache is damaged: " + why + "; fill a new cache from the tokens");
  }

  private int next() throws IOException {
    try {
      return in.readInt();
    } catch (EOFException e) {
      throw tooShort(e);
    }
  }

  private static IOException tooShort(EOFException cause) {
    return new IOException(
        "the cache ends early; the file was cut off, so fill a new cache from the tokens", cause);
  }
}
