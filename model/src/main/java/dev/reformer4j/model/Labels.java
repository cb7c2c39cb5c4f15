package dev.reformer4j.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The names of the classes, which Hugging Face writes as `id2label` and, the other way round,
/// `label2id`, unless they are the default; older files may give their number alone, as
/// `num_labels`.
final class Labels {
  private static final String BY_ID = "id2label";
  private static final String BY_LABEL = "label2id";
  private static final int MOST = 1 << 20;
  private static final Setting<Integer> COUNT = Setting.whole("num_labels", 2, 1, MOST).nullable();

  private Labels() {}

  static List<String> in(Map<String, Object> tree) {
    Object byId = tree.get(BY_ID);
    return byId == null
        ? IntStream.range(0, COUNT.in(tree)).mapToObj(id -> "LABEL_" + id).toList()
        : named(byId);
  }

  private static List<String> named(Object byId) {
    List<String> labels = new ArrayList<>();
    if (byId instanceof Map<?, ?> names) {
      while (names.get(Integer.toString(labels.size())) instanceof String label) {
        labels.add(label);
      }
      if (!labels.isEmpty() && labels.size() == names.size()) {
        return List.copyOf(labels);
      }
    }
    throw new IllegalArgumentException(
        BY_ID
            + " is "
            + (labels.isEmpty()
                ? Setting.show(byId)
                : "an object without a text for \"" + labels.size() + "\"")
            + ", but must name the labels \"0\", \"1\" and so on without a gap");
  }

  static void put(Map<String, Object> tree, List<String> labels) {
    Map<String, Object> byId = new LinkedHashMap<>();
    Map<String, Object> byLabel = new LinkedHashMap<>();
    for (String label : labels) {
      byLabel.put(label, new JsonTree.Digits(Integer.toString(byId.size())));
      byId.put(Integer.toString(byId.size()), label);
    }
    tree.put(BY_ID, byId);
    tree.put(BY_LABEL, byLabel);
    tree.remove(COUNT.key());
  }
}
