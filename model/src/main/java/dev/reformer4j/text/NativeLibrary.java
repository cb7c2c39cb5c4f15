package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Takes a native library of DJL out of its jar and loads it.
///
/// DJL's own classes for this are left alone, and are not even there to run: they report every load
/// to a telemetry service unless an environment variable forbids it, fetch a library from the
/// network where they see a graphics card or are told to by another variable, and load whatever
/// lies in `~/.djl.ai`. The classes that declare the native functions do nothing but that.
///
/// The library is written into a directory that is new and open to nobody else, and deleted as soon
/// as it is loaded, or on Windows, where a loaded file cannot go, when the next one is.
final class NativeLibrary {
  static final NativeLibrary TOKENIZERS =
      new NativeLibrary(
          "tokenizers", "/cpu", List.of("libwinpthread-1", "libgcc_s_seh-1", "libstdc++-6"));
  static final NativeLibrary SENTENCEPIECE =
      new NativeLibrary("sentencepiece_native", "", List.of());

  private static final String PREFIX = "reformer4j-native-";

  private final String file;
  private final String folder;
  private final List<String> neededOnWindows;
  private boolean loaded;

  private NativeLibrary(String file, String folder, List<String> neededOnWindows) {
    this.file = file;
    this.folder = folder;
    this.neededOnWindows = neededOnWindows;
  }

  /// Loads the library, the first time.
  ///
  /// @param functions the class that declares its functions, in the same jar
  /// @throws TensorFileException if there is none for this machine, or it cannot be loaded
  synchronized void load(Class<?> functions) throws TensorFileException {
    if (loaded) {
      return;
    }
    List<String> names = new ArrayList<>();
    if (isWindows()) {
      neededOnWindows.forEach(name -> names.add(name + ".dll"));
    }
    names.add(System.mapLibraryName(file));
    String resources = "native/lib/" + platform() + folder + "/";
    loadFrom(functions.getClassLoader(), resources, names);
    loaded = true;
  }

  /// Tries one place after the other: a temporary directory may be full, or forbid to run code.
  private void loadFrom(ClassLoader loader, String resources, List<String> names)
      throws TensorFileException {
    TensorFileException failure = null;
    for (Path place : places()) {
      try {
        Files.createDirectories(place);
        extractAndLoad(place, loader, resources, names);
        return;
      } catch (TensorFileException e) {
        throw e;
      } catch (IOException | UnsatisfiedLinkError e) {
        TensorFileException here =
            new TensorFileException(
                "cannot load the native library %s from %s: %s; make room and allow running code there, or set -Djava.io.tmpdir"
                    .formatted(file, place, e.getMessage()),
                e);
        if (failure != null) {
          here.addSuppressed(failure);
        }
        failure = here;
      }
    }
    throw failure;
  }

  private static List<Path> places() {
    return List.of(
        Path.of(System.getProperty("java.io.tmpdir")),
        Path.of(System.getProperty("user.home"), ".cache"));
  }

  @SuppressWarnings("restricted")
  private static void extractAndLoad(
      Path place, ClassLoader loader, String resources, List<String> names) throws IOException {
    deleteOld(place);
    // Only its owner may enter it.
    Path directory = Files.createTempDirectory(place, PREFIX);
    try {
      for (String name : names) {
        try (InputStream in = loader.getResourceAsStream(resources + name)) {
          if (in == null) {
            throw new TensorFileException(
                "there is no "
                    + resources
                    + name
                    + " in the native library's jar, only those of linux-x86_64, linux-aarch64,"
                    + " osx-aarch64 and win-x86_64; use such a machine, or a model that reads bytes");
          }
          Files.copy(in, directory.resolve(name));
        }
      }
      for (String name : names) {
        System.load(directory.resolve(name).toAbsolutePath().toString());
      }
    } finally {
      delete(directory);
    }
  }

  /// What an earlier process on Windows had to leave.
  private static void deleteOld(Path place) throws IOException {
    if (isWindows()) {
      try (var old = Files.newDirectoryStream(place, PREFIX + "*")) {
        old.forEach(NativeLibrary::delete);
      }
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path path : files) {
        Files.delete(path);
      }
      Files.delete(directory);
    } catch (IOException _) {
      // In use, on Windows: the next process deletes it.
    }
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  /// What DJL calls the machine.
  private static String platform() {
    String os = System.getProperty("os.name");
    String prefix =
        isWindows() ? "win" : os.startsWith("Mac") ? "osx" : os.toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return prefix + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }
}
