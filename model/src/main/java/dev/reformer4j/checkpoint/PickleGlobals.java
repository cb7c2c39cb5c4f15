package dev.reformer4j.checkpoint;

import dev.reformer4j.checkpoint.Pickled.Atom;
import dev.reformer4j.checkpoint.Pickled.Dictionary;
import dev.reformer4j.checkpoint.Pickled.PickledTensor;
import dev.reformer4j.checkpoint.Pickled.Storage;
import dev.reformer4j.checkpoint.Pickled.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a pickle may name: the few classes and functions of which PyTorch makes tensors and
/// containers. Each stands for something here that is written out below; nothing is ever looked up
/// by a name out of a file.
sealed interface PickleGlobals {
  /// A class of storages; `dtype` is null for the one whose numbers are not known.
  record StorageType(DType dtype) implements PickleGlobals {}

  /// A dtype, such as `torch.uint16`.
  record Type(DType dtype) implements PickleGlobals {}

  /// Something that is called. Arguments are as in `torch/_utils.py`; what of them says nothing
  /// about the numbers is skipped.
  enum Function implements PickleGlobals {
    ORDERED_DICT,
    SIZE,
    TENSOR,
    TENSOR_V2,
    TENSOR_V3,
    PARAMETER,
    HARMLESS;

    /// What the call gives, or nothing if the arguments are not such as PyTorch writes.
    Optional<Object> call(Tuple arguments) {
      return Optional.ofNullable(
          switch (this) {
            case ORDERED_DICT -> arguments.size() == 0 ? new Dictionary() : null;
            case SIZE -> arguments.get(0) instanceof Tuple size ? size : null;
            // (storage, offset, size, stride)
            case TENSOR -> tensor(arguments, null);
            // (storage, offset, size, stride, requires_grad, backward_hooks, metadata = None)
            case TENSOR_V2 -> isPlain(arguments.get(6)) ? tensor(arguments, null) : null;
            // (storage, offset, size, stride, requires_grad, backward_hooks, dtype, metadata =
            // None)
            case TENSOR_V3 ->
                isPlain(arguments.get(7)) && arguments.get(6) instanceof Type type
                    ? tensor(arguments, type.dtype())
                    : null;
            // (data, requires_grad, backward_hooks, state = None)
            case PARAMETER -> arguments.get(0) instanceof PickledTensor data ? data : null;
            case HARMLESS -> Atom.OPAQUE;
          });
    }

    /// Metadata can say that the numbers are to be negated.
    private static boolean isPlain(Object metadata) {
      return metadata == null
          || metadata == Atom.NONE
          || (metadata instanceof Dictionary said && said.entries().isEmpty());
    }

    private static PickledTensor tensor(Tuple arguments, DType type) {
      if (arguments.get(0) instanceof Storage storage
          && arguments.get(1) instanceof Long offset
          && arguments.get(2) instanceof Tuple size
          && arguments.get(3) instanceof Tuple stride
          && (type != null || storage.dtype() != null)) {
        return new PickledTensor(
            storage, type == null ? storage.dtype() : type, offset, size, stride);
      }
      return null;
    }
  }

  /// All there are, by module and name.
  Map<String, PickleGlobals> ALLOWED = allowed();

  private static Map<String, PickleGlobals> allowed() {
    Map<String, PickleGlobals> all = new HashMap<>();
    all.put("collections.OrderedDict", Function.ORDERED_DICT);
    all.put("torch.Size", Function.SIZE);
    all.put("torch._utils._rebuild_tensor", Function.TENSOR);
    all.put("torch._utils._rebuild_tensor_v2", Function.TENSOR_V2);
    all.put("torch._utils._rebuild_tensor_v3", Function.TENSOR_V3);
    all.put("torch._utils._rebuild_parameter", Function.PARAMETER);
    all.put("torch._utils._rebuild_parameter_with_state", Function.PARAMETER);
    all.put("torch.device", Function.HARMLESS);
    all.put("_codecs.encode", Function.HARMLESS); // how protocol 2 spells bytes
    all.put("builtins.set", Function.HARMLESS);
    all.put("__builtin__.set", Function.HARMLESS);
    Map<String, DType> storages =
        Map.ofEntries(
            Map.entry("Float", DType.F32),
            Map.entry("Half", DType.F16),
            Map.entry("BFloat16", DType.BF16),
            Map.entry("Double", DType.F64),
            Map.entry("Long", DType.I64),
            Map.entry("Int", DType.I32),
            Map.entry("Short", DType.I16),
            Map.entry("Char", DType.I8),
            Map.entry("Byte", DType.U8),
            Map.entry("Bool", DType.BOOL),
            Map.entry("ComplexFloat", DType.C64));
    storages.forEach((name, dtype) -> all.put("torch." + name + "Storage", new StorageType(dtype)));
    all.put("torch.storage.UntypedStorage", new StorageType(null));
    Map<String, DType> types =
        Map.ofEntries(
            Map.entry("float32", DType.F32),
            Map.entry("float16", DType.F16),
            Map.entry("bfloat16", DType.BF16),
            Map.entry("float64", DType.F64),
            Map.entry("int64", DType.I64),
            Map.entry("int32", DType.I32),
            Map.entry("int16", DType.I16),
            Map.entry("int8", DType.I8),
            Map.entry("uint8", DType.U8),
            Map.entry("uint16", DType.U16),
            Map.entry("uint32", DType.U32),
            Map.entry("uint64", DType.U64),
            Map.entry("bool", DType.BOOL),
            Map.entry("complex64", DType.C64),
            Map.entry("float8_e4m3fn", DType.F8_E4M3),
            Map.entry("float8_e5m2", DType.F8_E5M2),
            Map.entry("float8_e4m3fnuz", DType.F8_E4M3FNUZ),
            Map.entry("float8_e5m2fnuz", DType.F8_E5M2FNUZ),
            Map.entry("float8_e8m0fnu", DType.F8_E8M0));
    types.forEach((name, dtype) -> all.put("torch." + name, new Type(dtype)));
    return Map.copyOf(all);
  }
}
