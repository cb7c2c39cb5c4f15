package dev.reformer4j.cli.attend;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.checkpoint.TensorInfo;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What attention reads, in files: first the shapes, then, when they are known to be right and to
/// fit, the numbers.
///
/// Either one safetensors file with `qk` `[heads, n, dQk]` (or `q` and `k`), `v` `[heads, n, dV]`,
/// and perhaps `rotations` `[heads, dQk, rounds, columns]` and `mask` `[n]`; or two `.npy` files,
/// one with qk and one with v.
public sealed interface InputFile extends AutoCloseable {
  /// Opens the files and checks their headers.
  ///
  /// @param in `--in`
  /// @param values `--values`, which only an `.npy` file needs
  /// @throws UserError if the two do not go together, or shapes are wrong
  static InputFile open(Path in, Optional<Path> values) throws IOException {
    return isNpy(in) ? Arrays.open(in, values) : Named.open(in, values);
  }

  /// Whether a path names a NumPy array.
  static boolean isNpy(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /// What the headers say.
  InputShapes shapes();

  /// Reads queries, keys, values and mask.
  ///
  /// @throws UserError if a number is not finite, or the mask is all padding or holds anything but
  ///   0 and 1
  AttentionInput read() throws IOException;

  /// Reads the rotations, if the file brings some.
  Optional<Rotations> rotations() throws IOException;

  /// Tensors in the file that attention has no use for: perhaps a name that was mistyped.
  default List<String> unread() {
    return List.of();
  }

  @Override
  void close();

  /// One safetensors file.
  record Named(Safetensors file, InputShapes shapes) implements InputFile {
    private static final Set<String> READ = Set.of("qk", "q", "k", "v", "mask", "rotations");

    static InputFile open(Path in, Optional<Path> values) throws IOException {
      if (values.isPresent()) {
        throw new UserError(
            "--values "
                + values.get()
                + " goes with an .npy file as --in, but "
                + in
                + " is none; drop --values, the"
                + " safetensors file holds v itself");
      }
      Safetensors file = Safetensors.open(in);
      try {
        return new Named(file, shapes(file, in));
      } catch (IOException | RuntimeException | Error e) {
        file.close();
        throw e;
      }
    }

    private static InputShapes shapes(Safetensors file, Path in) throws IOException {
      boolean separate = file.names().contains("q") || file.names().contains("k");
      if (separate && file.names().contains("qk")) {
        throw new UserError(
            in + " has qk as well as q or k; give qk if queries and keys are shared, else q and k");
      }
      InputShapes shapes =
          separate
              ? InputShapes.of(stated(file, "q"), Optional.of(stated(file, "k")), stated(file, "v"))
              : InputShapes.of(stated(file, "qk"), Optional.empty(), stated(file, "v"));
      if (file.names().contains("mask")) {
        shapes.checkMask(stated(file, "mask"));
      }
      return file.names().contains("rotations")
          ? shapes.withRotations(stated(file, "rotations"))
          : shapes;
    }

    private static InputShapes.Stated stated(Safetensors file, String name) throws IOException {
      return new InputShapes.Stated(name, file.info(name).shape());
    }

    @Override
    public AttentionInput read() throws IOException {
      Tensor values = floats("v");
      AttentionInput input =
          shapes.separate()
              ? AttentionInput.separate(floats("q"), floats("k"), values)
              : AttentionInput.shared(floats("qk"), values);
      Optional<boolean[]> mask = mask();
      return mask.isPresent() ? input.withMask(mask.get()) : input;
    }

    @Override
    public List<String> unread() {
      return file.names().stream().filter(name -> !READ.contains(name)).sorted().toList();
    }

    @Override
    public Optional<Rotations> rotations() throws IOException {
      return shapes.rotations().isPresent()
          ? Optional.of(Rotations.of(floats("rotations")))
          : Optional.empty();
    }

    private Tensor floats(String name) throws IOException {
      return Finite.checked(name, file.floats(name));
    }

    private Optional<boolean[]> mask() throws IOException {
      TensorInfo info = file.tensors().get("mask");
      if (info == null) {
        return Optional.empty();
      }
      return Optional.of(
          info.dtype().isFloat()
              ? Mask.of(file.floats("mask").data())
              : Mask.of(file.longs("mask")));
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// Two NumPy arrays.
  record Arrays(Npy qk, Npy values, InputShapes shapes) implements InputFile {
    static InputFile open(Path in, Optional<Path> values) throws IOException {
      Path valuesPath =
          values.orElseThrow(() ->
              new UserError(
                  in
                      + " holds one array, taken as qk; give the values as --values v.npy, or both"
                      + " tensors in one safetensors file"));
      Npy qk = Npy.open(in);
      try {
        Npy v = Npy.open(valuesPath);
        try {
          return new Arrays(
              qk, v, InputShapes.of(stated("qk", qk), Optional.empty(), stated("v", v)));
        } catch (RuntimeException | Error e) {
          v.close();
          throw e;
        }
      } catch (IOException | RuntimeException | Error e) {
        qk.close();
        throw e;
      }
    }

    private static InputShapes.Stated stated(String name, Npy file) {
      return new InputShapes.Stated(name, file.info().shape());
    }

    @Override
    public AttentionInput read() throws IOException {
      return AttentionInput.shared(
          Finite.checked("qk", qk.floats()), Finite.checked("v", values.floats()));
    }

    @Override
    public Optional<Rotations> rotations() {
      return Optional.empty();
    }

    @Override
    public void close() {
      values.close();
      qk.close();
    }
  }
}
