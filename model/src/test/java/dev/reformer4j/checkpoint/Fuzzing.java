package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.util.Arrays;

/// Reads a damaged file to the end and judges what came of it.
final class Fuzzing {
  /// What opening and reading everything may allocate apart from what the file's size explains:
  /// parser buffers, blocks, exceptions.
  private static final long CONSTANT = 1 << 18;

  /// An `I8` becomes a `long`, and a header entry several small objects.
  private static final long TIMES_THE_FILE = 64;

  /// How often which outcome came.
  static final class Tally {
    long read;
    long refused;
  }

  private Fuzzing() {}

  /// @throws AssertionError if anything but a whole read or a sentence comes of it, naming the seed
  static void safetensors(byte[] image, long seed, Tally tally) {
    judge(
        "safetensors",
        image,
        seed,
        tally,
        () -> {
          try (Safetensors file = Images.openSafetensors(image)) {
            readAll(file);
          }
        });
  }

  /// @throws AssertionError if anything but a whole read or a sentence comes of it, naming the seed
  static void npy(byte[] image, long seed, Tally tally) {
    judge(
        "npy",
        image,
        seed,
        tally,
        () -> {
          try (Npy file = Images.openNpy(image)) {
            readAll(file);
          }
        });
  }

  /// @throws AssertionError if anything but a whole read or a sentence comes of it, naming the seed
  static void bin(byte[] image, long seed, Tally tally) {
    judge(
        "bin",
        image,
        seed,
        tally,
        () -> {
          try (Weights file = Images.open(image, "x.bin")) {
            readAll(file);
          }
        });
  }

  /// @throws AssertionError if anything but a whole read or a sentence comes of it, naming the seed
  static void index(byte[] image, long seed, Tally tally) {
    judge("index", image, seed, tally, () -> ShardIndex.read(MappedFile.over(image, "x.json")));
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void judge(String kind, byte[] image, long seed, Tally tally, Reading reading) {
    if (allocated(kind, seed, tally, reading) > bound(image)) {
      // Once more, because the first of its kind also pays for classes that are loaded and linked
      // once.
      long allocated = allocated(kind, seed, new Tally(), reading);
      if (allocated > bound(image)) {
        throw new AssertionError(
            kind
                + " file of seed "
                + seed
                + " ("
                + image.length
                + " bytes) allocated "
                + allocated);
      }
    }
  }

  private static long bound(byte[] image) {
    return CONSTANT + TIMES_THE_FILE * image.length;
  }

  private static long allocated(String kind, long seed, Tally tally, Reading reading) {
    long before = Allocation.bytes();
    try {
      reading.run();
      tally.read++;
    } catch (TensorFileException e) {
      requireSentence(e.getMessage(), kind, seed);
      tally.refused++;
    } catch (Exception | Error e) {
      throw new AssertionError(kind + " file of seed " + seed + " ended in another exception", e);
    }
    return Allocation.bytes() - before;
  }

  private static void requireSentence(String message, String kind, long seed) {
    boolean sentence =
        message.length() > 20
            && message.length() < 2000
            && message.chars().noneMatch(Character::isISOControl);
    if (!sentence) {
      throw new AssertionError(kind + " file of seed " + seed + " gave the message " + message);
    }
  }

  static void readAll(Safetensors file) throws IOException {
    long covered = 0;
    for (TensorInfo info : file.tensors().values()) {
      require(info.begin() == covered, "holes");
      covered = info.end();
      if (info.dtype().isFloat()) {
        tolerate(() -> require(file.floats(info.name()).size() == info.elements(), "size"));
      } else {
        tolerate(() -> require(file.ints(info.name()).length == info.elements(), "size"));
        tolerate(() -> require(file.longs(info.name()).length == info.elements(), "size"));
      }
    }
  }

  private static void readAll(Weights file) throws IOException {
    for (String name : file.names()) {
      TensorInfo info = file.info(name);
      if (info.dtype().isFloat()) {
        tolerate(() -> require(file.floats(name).size() == info.elements(), "size"));
      }
    }
  }

  private static void readAll(Npy file) throws IOException {
    if (file.info().dtype().isFloat()) {
      tolerate(() ->
          require(
              Arrays.stream(file.floats().shape())
                  .asLongStream()
                  .boxed()
                  .toList()
                  .equals(Arrays.stream(file.info().shape()).boxed().toList()),
              "shape"));
    } else {
      tolerate(() -> require(file.ints().length == file.info().elements(), "size"));
      tolerate(() -> require(file.longs().length == file.info().elements(), "size"));
    }
  }

  /// A number may be refused although the header is good; that is a sentence, too, and the next
  /// tensor is read.
  private static void tolerate(Reading reading) throws IOException {
    try {
      reading.run();
    } catch (TensorFileException e) {
      requireSentence(e.getMessage(), "valid", 0);
    }
  }

  private static void require(boolean truth, String what) {
    if (!truth) {
      throw new AssertionError("a file was read with the wrong " + what);
    }
  }
}
