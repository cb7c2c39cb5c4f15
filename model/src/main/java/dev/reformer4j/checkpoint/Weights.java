package dev.reformer4j.checkpoint;

import dev.reformer4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.SequencedSet;

/// The tensors of a checkpoint by name, in however many files and whatever format they lie:
/// [Checkpoint#open] finds out. Opening checks everything but the numbers, which are copied out
/// when they are asked for. Several threads may read at once.
public interface Weights extends AutoCloseable {
  /// The names, in the order in which the tensors lie in their files.
  SequencedSet<String> names();

  /// What the checkpoint says of one tensor.
  ///
  /// @throws TensorFileException if there is none of that name; the sentence lists those there are
  TensorInfo info(String name) throws TensorFileException;

  /// Reads a tensor of `F32`, `F16`, `BF16` or `F64` numbers: the first three exactly, the last
  /// rounded to the nearest.
  ///
  /// @throws TensorFileException if there is none of that name, its dtype is another, it is larger
  ///   than an array or than the heap, or a finite number exceeds float32
  Tensor floats(String name) throws TensorFileException;

  /// The file that holds a tensor, to be named in sentences about it.
  ///
  /// @throws TensorFileException if there is none of that name
  Path source(String name) throws TensorFileException;

  /// Unmaps the files. Reading afterwards is an `IllegalStateException`; closing twice is not.
  @Override
  void close();
}
