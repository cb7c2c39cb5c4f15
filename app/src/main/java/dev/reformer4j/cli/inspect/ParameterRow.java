package dev.reformer4j.cli.inspect;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorInfo;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.StoredNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// One tensor of the weights, or one that the configuration calls for and that is not there.
///
/// @param shape as in the file, or as called for
/// @param dtype how the file stores it; empty if it is missing
/// @param bytes in the file
/// @param remark what is wrong with it, or empty
record ParameterRow(
    String name, List<Long> shape, Optional<DType> dtype, long bytes, String remark) {
  /// How many numbers it holds.
  long count() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /// The parameters in the order of the model, then what else the files hold.
  static List<ParameterRow> of(SequencedMap<String, Parameter> model, Weights weights)
      throws IOException {
    List<ParameterRow> rows = new ArrayList<>();
    Set<String> others = new LinkedHashSet<>(weights.names());
    others.removeIf(StoredNames::isPassedOver);
    for (Map.Entry<String, Parameter> entry : model.entrySet()) {
      List<Long> called = Arrays.stream(entry.getValue().shape()).mapToObj(Long::valueOf).toList();
      String stored = StoredNames.of(entry.getKey(), weights.names());
      if (weights.names().contains(stored)) {
        others.remove(stored);
        rows.add(of(weights.info(stored), Optional.of(called)));
      } else {
        rows.add(new ParameterRow(entry.getKey(), called, Optional.empty(), 0, "missing"));
      }
    }
    for (String name : others) {
      rows.add(of(weights.info(name), Optional.empty()));
    }
    return rows;
  }

  private static ParameterRow of(TensorInfo info, Optional<List<Long>> called) {
    List<Long> shape = Arrays.stream(info.shape()).boxed().toList();
    String remark =
        called.isEmpty()
            ? "not a parameter of this model"
            : called.get().equals(shape) ? "" : "config.json calls for " + called.get();
    return new ParameterRow(info.name(), shape, Optional.of(info.dtype()), info.bytes(), remark);
  }
}
