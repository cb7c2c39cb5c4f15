package dev.reformer4j.kernel;

import java.lang.System.Logger.Level;

/// Chooses the kernels once, when the first attention runs.
final class KernelChoice {
  static final Kernels SCALAR = new ScalarKernels();
  static final Kernels BEST = choose();
  static final PanelKernels SCALAR_PANELS = new ScalarPanelKernels();
  static final PanelKernels BEST_PANELS = choosePanels();

  private KernelChoice() {}

  private static Kernels choose() {
    if (hasVectors()) {
      return Start.QUICK ? new StartingKernels() : new VectorKernels();
    }
    System.getLogger(KernelChoice.class.getName())
        .log(
            Level.WARNING,
            "the module jdk.incubator.vector is not there, so attention runs on plain scalar code, many times slower;"
                + " start java with --add-modules jdk.incubator.vector, or put this library on the module path");
    return SCALAR;
  }

  private static PanelKernels choosePanels() {
    if (hasVectors()) {
      return Start.QUICK ? new StartingPanelKernels() : new VectorPanelKernels();
    }
    return SCALAR_PANELS;
  }

  /// Whether weights are packed for [DenseSlivers]. A class that names vectors is not even looked
  /// at where there are none.
  static boolean packsSlivers() {
    return hasVectors() && DenseSlivers.FIT;
  }

  private static boolean hasVectors() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
