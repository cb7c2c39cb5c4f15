package dev.reformer4j.model;

import java.util.Set;

/// Under which names old and new versions of transformers store parameters.
public final class StoredNames {
  /// The bias of the language model head, and the second name that old files have for it.
  private static final String BIAS = "lm_head.bias";

  private static final String OLD_BIAS = "lm_head.decoder.bias";

  private StoredNames() {}

  /// Whether a stored tensor is no parameter, and is passed over: masks that old versions saved,
  /// and the second name of the bias.
  public static boolean isPassedOver(String stored) {
    return stored.contains("mask_value") || stored.equals(OLD_BIAS);
  }

  /// The name of a parameter in a file that holds the given names.
  public static String of(String parameter, Set<String> stored) {
    boolean old = parameter.equals(BIAS) && !stored.contains(BIAS) && stored.contains(OLD_BIAS);
    return old ? OLD_BIAS : parameter;
  }
}
