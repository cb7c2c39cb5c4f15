package dev.reformer4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Which kernels run. The build runs these tests at several vector widths and without vectors, and
/// says in a property which, so that a run that got another width by mistake fails.
class KernelChoiceTest {
  /// The most bits that this run may use; 0 for the scalar twin.
  private static final Integer MOST_BITS = Integer.getInteger("reformer4j.test.bits");

  @Test
  void theKernelsAreThoseThatThisRunIsFor() {
    Kernels best = Kernels.best();
    if (MOST_BITS == null) {
      assertThat(best.lanes() > 1)
          .isEqualTo(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    } else if (MOST_BITS == 0) {
      assertThat(best).isSameAs(Kernels.scalar());
    } else {
      assertThat(best.lanes() * Float.SIZE).isBetween(64, MOST_BITS);
    }
  }

  @Test
  void theirNameSaysHowWideTheyAre() {
    Kernels best = Kernels.best();
    assertThat(best.name())
        .isEqualTo(best.lanes() == 1 ? "scalar" : "vector, " + best.lanes() * Float.SIZE + " bit");
    assertThat(Kernels.scalar().name()).isEqualTo("scalar");
  }

  @Test
  void stripsDivideAPanelAndHoldWholeVectors() {
    for (Kernels kernels : new Kernels[] {Kernels.best(), Kernels.scalar()}) {
      assertThat(Kernels.PANEL % kernels.strip()).isZero();
      assertThat(kernels.strip() % kernels.lanes()).isZero();
      assertThat(Kernels.PANEL % kernels.slab()).isZero();
      assertThat(kernels.slab() % kernels.strip()).isZero();
      assertThat(kernels.tileRows()).isBetween(1, kernels.strip());
    }
  }
}
