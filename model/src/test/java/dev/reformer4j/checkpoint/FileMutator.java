package dev.reformer4j.checkpoint;

import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Makes damaged files out of good ones. The same seed gives the same file.
///
/// Blind damage (bits, cuts, splices) rarely survives the first check, so half of the edits know
/// where the header is, change a number, a word or a key in it, and often mend its length, so that
/// the damage reaches the checks behind.
final class FileMutator {
  private static final Pattern NUMBERS = Pattern.compile("\\d+");
  private static final Pattern WORDS = Pattern.compile("\"[^\"]*\"|'[^']*'|True|False");

  private static final String[] NUMBER_EDITS = {
    "0",
    "1",
    "2",
    "3",
    "4",
    "8",
    "-1",
    "-0",
    "1.0",
    "1e3",
    "00",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "NaN",
    "null",
    "true",
    "\"4\"",
    "[]",
    "[1]",
    "{}",
    ""
  };

  private static final String[] WORD_EDITS = {
    "\"dtype\"",
    "\"shape\"",
    "\"data_offsets\"",
    "\"__metadata__\"",
    "\"F32\"",
    "\"F64\"",
    "\"F16\"",
    "\"BF16\"",
    "\"I8\"",
    "\"U64\"",
    "\"BOOL\"",
    "\"F4\"",
    "\"F7\"",
    "\"\"",
    "\"a\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "'descr'",
    "'shape'",
    "'fortran_order'",
    "'<f8'",
    "'>f2'",
    "'|b1'",
    "'|O'",
    "True",
    "False",
    "None",
    "()",
    "(3,)",
    "(,)"
  };

  private static final String[] FRAGMENTS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    " ",
    "\n",
    "\0",
    "\\",
    "\u00ff",
    "\u00c3",
    "/*",
    "//",
    "[".repeat(40),
    "{\"a\":".repeat(40),
    ",\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
    ",\"x\":[[{}]]",
    ",\"__metadata__\":{\"k\":\"v\"}",
    "(1,)",
    "L"
  };

  private static final long[] LENGTH_EDITS = {
    0, 1, 2, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_000, 100_000_001, 1L << 32, 65535
  };

  private final List<byte[]> safetensors =
      List.of(
          Images.golden("every_dtype.safetensors"),
          Images.golden("writable.safetensors"),
          ordinary(),
          Images.tensors(0),
          Images.tensors(4, Images.entry("a", "F32", "[1]", "[0,4]")));

  private final List<byte[]> npy =
      List.of(
          Images.golden("f4.npy"),
          Images.golden("f8_big.npy"),
          Images.golden("i8_big.npy"),
          Images.golden("bool.npy"),
          Images.golden("scalar.npy"),
          Images.golden("version_2.npy"),
          Images.golden("version_3.npy"),
          Images.golden("structured.npy"));

  /// What `attend` reads.
  private static byte[] ordinary() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new SafetensorsWriter()
          .add("qk", Tensor.zeros(2, 5, 3))
          .add("v", Tensor.zeros(2, 5, 4))
          .add("mask", new int[5], 5)
          .writeTo(Channels.newChannel(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// A damaged safetensors file.
  byte[] safetensors(long seed) {
    return damaged(safetensors, seed, 8, 0);
  }

  /// A damaged `.npy` file.
  byte[] npy(long seed) {
    return damaged(npy, seed, 10, 8);
  }

  private static byte[] damaged(List<byte[]> originals, long seed, int headerStart, int lengthAt) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] image = originals.get(random.nextInt(originals.size())).clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      byte[] other = originals.get(random.nextInt(originals.size()));
      int end = Math.min(image.length, headerEnd(image, headerStart, lengthAt));
      image =
          switch (random.nextInt(13)) {
            case 0 -> flipBits(image, 0, image.length, random);
            case 1 -> flipBits(image, 0, end, random);
            case 2 -> replace(image, random.nextInt(image.length + 1), image.length, new byte[0]);
            case 3 -> replace(image, image.length, image.length, new byte[1 + random.nextInt(9)]);
            case 4 -> splice(image, other, random);
            case 5 -> moveWithin(image, random);
            case 6 -> editLength(image, lengthAt, random);
            case 7 -> editMatch(image, headerStart, end, NUMBERS, NUMBER_EDITS, random);
            case 8 -> mended(image, headerStart, end, lengthAt, NUMBERS, NUMBER_EDITS, random);
            case 9 -> mended(image, headerStart, end, lengthAt, WORDS, WORD_EDITS, random);
            case 10 -> insertFragment(image, headerStart, end, lengthAt, random);
            case 11 -> flipBits(image, end, image.length, random);
            default -> mended(image, headerStart, end, lengthAt, NUMBERS, WORD_EDITS, random);
          };
    }
    return image;
  }

  private static int headerEnd(byte[] image, int headerStart, int lengthAt) {
    if (image.length < headerStart) {
      return image.length;
    }
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    long length = lengthAt == 0 ? bytes.getLong(0) : bytes.getShort(lengthAt) & 0xFFFF;
    return Math.clamp(length, 0, image.length - headerStart) + headerStart;
  }

  private static byte[] flipBits(byte[] image, int from, int to, SplittableRandom random) {
    for (int flips = 1 + random.nextInt(4); flips > 0 && from < to; flips--) {
      image[random.nextInt(from, to)] ^= (byte) (1 << random.nextInt(8));
    }
    return image;
  }

  private static byte[] splice(byte[] image, byte[] other, SplittableRandom random) {
    int from = random.nextInt(other.length + 1);
    int to = from + random.nextInt(other.length - from + 1);
    int at = random.nextInt(image.length + 1);
    int until = at + random.nextInt(Math.min(image.length - at, 64) + 1);
    return replace(image, at, until, Arrays.copyOfRange(other, from, to));
  }

  private static byte[] moveWithin(byte[] image, SplittableRandom random) {
    int from = random.nextInt(image.length + 1);
    int to = from + random.nextInt(image.length - from + 1);
    byte[] piece = Arrays.copyOfRange(image, from, to);
    int at = random.nextInt(image.length + 1);
    return replace(image, at, at, piece);
  }

  private static byte[] editLength(byte[] image, int lengthAt, SplittableRandom random) {
    if (image.length < lengthAt + 8) {
      return image;
    }
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    long edit = LENGTH_EDITS[random.nextInt(LENGTH_EDITS.length)];
    long near = random.nextInt(-9, 10);
    if (lengthAt == 0) {
      bytes.putLong(0, random.nextBoolean() ? edit : bytes.getLong(0) + near);
    } else {
      bytes.putShort(
          lengthAt, (short) (random.nextBoolean() ? edit : bytes.getShort(lengthAt) + near));
    }
    return image;
  }

  private static byte[] editMatch(
      byte[] image, int start, int end, Pattern pattern, String[] edits, SplittableRandom random) {
    if (end <= start) {
      return image;
    }
    String header = new String(image, start, end - start, StandardCharsets.ISO_8859_1);
    List<MatchResult> matches = pattern.matcher(header).results().toList();
    if (matches.isEmpty()) {
      return image;
    }
    MatchResult match = matches.get(random.nextInt(matches.size()));
    String edit = edits[random.nextInt(edits.length)];
    return replace(
        image,
        start + match.start(),
        start + match.end(),
        edit.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] mended(
      byte[] image,
      int start,
      int end,
      int lengthAt,
      Pattern pattern,
      String[] edits,
      SplittableRandom random) {
    return mend(
        editMatch(image, start, end, pattern, edits, random), image.length, start, end, lengthAt);
  }

  private static byte[] insertFragment(
      byte[] image, int start, int end, int lengthAt, SplittableRandom random) {
    if (end <= start) {
      return image;
    }
    String fragment = FRAGMENTS[random.nextInt(FRAGMENTS.length)];
    // Just before the closing brace is where another entry fits.
    int at = random.nextBoolean() ? lastBrace(image, start, end) : random.nextInt(start, end);
    byte[] longer = replace(image, at, at, fragment.getBytes(StandardCharsets.ISO_8859_1));
    return random.nextInt(4) == 0 ? longer : mend(longer, image.length, start, end, lengthAt);
  }

  private static int lastBrace(byte[] image, int start, int end) {
    int at = end - 1;
    while (at > start && image[at] != '}') {
      at--;
    }
    return at;
  }

  /// Makes the length agree with a header that grew.
  private static byte[] mend(byte[] image, int oldSize, int start, int end, int lengthAt) {
    if (image.length < start) {
      return image;
    }
    long length = (long) end - start + image.length - oldSize;
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    if (lengthAt == 0) {
      bytes.putLong(0, length);
    } else {
      bytes.putShort(lengthAt, (short) length);
    }
    return image;
  }

  private static byte[] replace(byte[] image, int from, int to, byte[] with) {
    ByteBuffer bytes = ByteBuffer.allocate(image.length - (to - from) + with.length);
    bytes.put(image, 0, from).put(with).put(image, to, image.length - to);
    return bytes.array();
  }
}
