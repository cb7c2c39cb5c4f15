package dev.reformer4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Makes damaged PyTorch files and shard indices out of good ones. The same seed gives the same
/// file.
///
/// Half of the edits are made in the pickle alone, which is then put into a whole zip file again,
/// so that the damage reaches the unpickler; some others aim at the fields of the zip directory.
final class BinMutator {
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    7,
    8,
    9,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    65535,
    65536,
    1 << 20,
    Integer.MAX_VALUE,
    0x80000000L,
    0xFFFFFFFEL,
    0xFFFFFFFFL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private static final int[] SIGNATURES = {
    0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50
  };

  /// Instructions worth putting anywhere.
  private static final String[] FRAGMENTS = {
    ".",
    "N",
    "\u0088",
    "K\u0002",
    "J\u00ff\u00ff\u00ff\u00ff",
    "\u008a\u0008\0\0\0\0\0\0\0@",
    "(",
    ")",
    "\u0085",
    "\u0086",
    "\u0087",
    "t",
    "]",
    "}",
    "a",
    "e",
    "s",
    "u",
    "0",
    "1",
    "q\0",
    "h\0",
    "h\u0002",
    "r\u0003\0\0\0",
    "\u0094",
    "R",
    "b",
    "Q",
    "X\u0001\0\0\0x",
    "\u008c\u0001y",
    "cos\nsystem\n",
    "ctorch\nFloatStorage\n",
    "ctorch\nHalfStorage\n",
    "ctorch.storage\nUntypedStorage\n",
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "ctorch._utils\n_rebuild_tensor_v3\n",
    "ccollections\nOrderedDict\n",
    "\u0095\0\0\0\0\0\0\0\0",
    "\u0080\u0004",
    "\u0081",
    "\u0093",
    "\u008f",
    "\u0090"
  };

  private static final String[] WORDS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    " ",
    "\0",
    "\u00ff",
    "null",
    "1",
    "\"weight_map\"",
    "\"x\"",
    "../",
    "\\u0000",
    "\\ud800",
    "{\"weight_map\":{\"a\":\"b\"}}",
    "[".repeat(40)
  };

  private final List<byte[]> originals = new ArrayList<>();
  private final List<Map<String, byte[]>> parts = new ArrayList<>();
  private final byte[] index = Images.golden("sharded/model.safetensors.index.json");

  BinMutator() {
    for (String name :
        List.of("small", "wrapped", "trainer", "state", "protocol4", "deflated", "big_endian")) {
      originals.add(Images.golden("pytorch/" + name + ".bin"));
      parts.add(ZipImage.entries(originals.getLast()));
    }
    originals.add(Images.golden("pytorch/legacy.bin"));
  }

  /// A damaged PyTorch file.
  byte[] bin(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    if (random.nextBoolean()) {
      return withBadPickle(parts.get(random.nextInt(parts.size())), random);
    }
    byte[] image = originals.get(random.nextInt(originals.size())).clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      image =
          switch (random.nextInt(4)) {
            case 0 -> flipBits(image, random);
            case 1 -> editField(image, random);
            case 2 -> editRun(image, FRAGMENTS, random);
            default ->
                random.nextInt(4) == 0
                    ? replace(image, random.nextInt(image.length + 1), image.length, new byte[0])
                    : editField(image, random);
          };
    }
    return image;
  }

  /// A damaged index.
  byte[] index(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] image = index.clone();
    for (int edits = 1 + random.nextInt(2); edits > 0; edits--) {
      image = random.nextInt(3) == 0 ? flipBits(image, random) : editRun(image, WORDS, random);
    }
    return image;
  }

  private static byte[] withBadPickle(Map<String, byte[]> entries, SplittableRandom random) {
    ZipImage zip = new ZipImage();
    boolean deflate = random.nextInt(8) == 0;
    entries.forEach((name, data) -> {
      byte[] bytes = data;
      if (name.endsWith("data.pkl")) {
        bytes = bytes.clone();
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
          bytes =
              random.nextInt(3) == 0 ? flipBits(bytes, random) : editRun(bytes, FRAGMENTS, random);
        }
      }
      if (deflate) {
        zip.deflated(name, bytes, bytes.length);
      } else {
        zip.stored(name, bytes);
      }
    });
    return random.nextBoolean() ? zip.end() : zip.end64();
  }

  private static byte[] flipBits(byte[] image, SplittableRandom random) {
    for (int flips = 1 + random.nextInt(3); flips > 0 && image.length > 0; flips--) {
      image[random.nextInt(image.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return image;
  }

  /// Inserts a fragment or a piece of the file itself, over what was there or beside it.
  private static byte[] editRun(byte[] image, String[] fragments, SplittableRandom random) {
    int at = random.nextInt(image.length + 1);
    int until = at + random.nextInt(Math.min(image.length - at, 12) + 1);
    int from = random.nextInt(image.length + 1);
    int to = from + random.nextInt(Math.min(image.length - from, 60) + 1);
    byte[] piece =
        random.nextBoolean()
            ? fragments[random.nextInt(fragments.length)].getBytes(StandardCharsets.ISO_8859_1)
            : Arrays.copyOfRange(image, from, to);
    return replace(image, at, random.nextBoolean() ? at : until, piece);
  }

  /// Overwrites a number in a zip header.
  private static byte[] editField(byte[] image, SplittableRandom random) {
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int signature = SIGNATURES[random.nextInt(SIGNATURES.length)];
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at + 60 < image.length || at + 22 == image.length; at++) {
      if (bytes.getInt(at) == signature) {
        places.add(at);
      }
    }
    if (places.isEmpty()) {
      return flipBits(image, random);
    }
    int at = places.get(random.nextInt(places.size())) + random.nextInt(2, 23) * 2;
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    if (at + 8 <= image.length && random.nextInt(3) == 0) {
      bytes.putLong(at, number);
    } else if (at + 4 <= image.length && random.nextBoolean()) {
      bytes.putInt(at, (int) number);
    } else if (at + 2 <= image.length) {
      bytes.putShort(at, (short) (random.nextBoolean() ? number : bytes.getShort(at) + 1));
    }
    return image;
  }

  private static byte[] replace(byte[] image, int from, int to, byte[] with) {
    ByteBuffer bytes = ByteBuffer.allocate(image.length - (to - from) + with.length);
    bytes.put(image, 0, from).put(with).put(image, to, image.length - to);
    return bytes.array();
  }
}
