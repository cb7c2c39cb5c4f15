package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.checkpoint.Pickled.PickledTensor;
import dev.reformer4j.checkpoint.Pickled.Storage;
import dev.reformer4j.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// A file that `torch.save` wrote, `pytorch_model.bin` as a rule. A pickle says which tensors there
/// are, and runs nothing ([Unpickler]); the numbers lie beside it in storages, which tensors share
/// and see with strides. They are read straight out of the map.
final class PyTorchFile implements Weights {
  private static final int MOST_AXES = 64;

  /// Where a storage's numbers lie.
  interface Storages {
    /// The bytes of the storage of that key; null if there is none.
    Extent find(String key);
  }

  /// A tensor that was checked against its storage.
  private record Located(TensorInfo info, long offset, long[] strides, Extent storage) {}

  private final MappedFile file;
  private final ByteOrder order;
  private final SequencedMap<String, Located> tensors = new LinkedHashMap<>();

  private PyTorchFile(MappedFile file, ByteOrder order) {
    this.file = file;
    this.order = order;
  }

  /// The tensors of a pickle, each checked against its storage.
  ///
  /// @param root what the pickle made
  /// @throws TensorFileException if a tensor does not lie within its storage
  static PyTorchFile of(MappedFile file, Object root, Storages storages, ByteOrder order)
      throws TensorFileException {
    PyTorchFile opened = new PyTorchFile(file, order);
    for (Map.Entry<String, PickledTensor> entry : StateDict.find(file, root).entrySet()) {
      String name = entry.getKey();
      Extent storage = storage(file, entry.getValue().storage(), storages);
      opened.tensors.put(name, locate(file, name, entry.getValue(), storage));
    }
    return opened;
  }

  private static Extent storage(MappedFile file, Storage said, Storages storages)
      throws TensorFileException {
    Extent storage = storages.find(said.key());
    if (storage == null) {
      throw file.wrong(
          "lacks the storage " + quote(said.key()) + ", which the pickle names; it is damaged");
    }
    long bytes;
    try {
      bytes = said.bytes();
    } catch (ArithmeticException _) {
      bytes = Long.MAX_VALUE;
    }
    if (storage.size() != bytes) {
      throw file.wrong(
          "storage "
              + quote(said.key())
              + " has "
              + storage.size()
              + " bytes, but "
              + said.count()
              + (said.dtype() == null ? " bytes" : " numbers of " + said.dtype())
              + " are said to be in it; the file is damaged");
    }
    return storage;
  }

  private static Located locate(MappedFile file, String name, PickledTensor tensor, Extent storage)
      throws TensorFileException {
    String what = "tensor " + quote(name);
    int rank = tensor.size().size();
    if (rank > MOST_AXES) {
      throw file.wrong(what + " has " + rank + " axes, more than the 64 PyTorch allows");
    }
    long[] shape = tensor.size().numbers();
    long[] strides = rank == tensor.stride().size() ? tensor.stride().numbers() : null;
    if (shape == null || strides == null || tensor.offset() < 0) {
      throw file.wrong(
          what + " has a shape, strides or an offset that make no sense; the file is damaged");
    }
    long stored = storage.size() / tensor.dtype().bytes();
    long elements;
    long span;
    try {
      elements = TensorInfo.elements(shape);
      span = elements == 0 ? 0 : span(shape, strides);
    } catch (ArithmeticException _) {
      elements = Long.MAX_VALUE;
      span = Long.MAX_VALUE;
    }
    if (span > stored || (span > 0 && tensor.offset() > stored - span)) {
      throw file.wrong(
          what + " reaches beyond the " + stored + " numbers of its storage; the file is damaged");
    }
    if (elements > stored) {
      throw file.wrong(
          what
              + " repeats the "
              + stored
              + " numbers of its storage to "
              + elements
              + "; save it with .contiguous(), as what it is");
    }
    long bytes = elements * tensor.dtype().bytes();
    TensorInfo info = new TensorInfo(name, tensor.dtype(), shape, 0, bytes);
    return new Located(info, tensor.offset(), strides, storage);
  }

  /// How many numbers of the storage lie between its first and last, both included.
  private static long span(long[] shape, long[] strides) {
    long span = 1;
    for (int i = 0; i < shape.length; i++) {
      span = Math.addExact(span, Math.multiplyExact(shape[i] - 1, strides[i]));
    }
    return span;
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedMap(tensors).sequencedKeySet();
  }

  @Override
  public TensorInfo info(String name) throws TensorFileException {
    return find(name).info();
  }

  @Override
  public Path source(String name) throws TensorFileException {
    find(name);
    return Path.of(file.name());
  }

  private Located find(String name) throws TensorFileException {
    Located tensor = tensors.get(name);
    if (tensor == null) {
      throw file.wrong(
          "has no tensor "
              + quote(name)
              + "; it holds "
              + TensorFileException.list(names(), "no tensors"));
    }
    return tensor;
  }

  @Override
  public Tensor floats(String name) throws TensorFileException {
    Located tensor = find(name);
    TensorInfo info = tensor.info();
    int[] shape = info.intShape(file);
    if (info.elements() == 0 || isContiguous(info.shape(), tensor.strides())) {
      return Tensor.of(read(tensor, info.elements(), "tensor " + quote(name)), shape);
    }
    // What the tensor sees of the storage, with whatever lies between.
    String what = "the storage under tensor " + quote(name);
    float[] seen = read(tensor, span(info.shape(), tensor.strides()), what);
    float[] numbers =
        ElementReader.allocate(
            file, "tensor " + quote(name), float[]::new, (int) info.elements(), Float.BYTES);
    gather(seen, shape, tensor.strides(), numbers);
    return Tensor.of(numbers, shape);
  }

  private float[] read(Located tensor, long count, String what) throws TensorFileException {
    DType dtype = tensor.info().dtype();
    if (count == 0) {
      return new ElementReader(file, what, dtype, order, 0, 0).floats();
    }
    Extent bytes = tensor.storage().plain();
    long begin = bytes.begin() + tensor.offset() * dtype.bytes();
    return new ElementReader(bytes.file(), what, dtype, order, begin, count).floats();
  }

  /// Row-major without holes; the stride of an axis of length 1 says nothing.
  private static boolean isContiguous(long[] shape, long[] strides) {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return true;
  }

  /// `numbers[i, j, …] = seen[i·strides₀ + j·strides₁ + …]`, counted up like an odometer.
  private static void gather(float[] seen, int[] shape, long[] strides, float[] numbers) {
    int[] index = new int[shape.length];
    int from = 0;
    for (int to = 0; to < numbers.length; to++) {
      numbers[to] = seen[from];
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from += (int) strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        from -= (int) (strides[axis] * shape[axis]);
        index[axis] = 0;
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
