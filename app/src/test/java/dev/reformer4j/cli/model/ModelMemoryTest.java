package dev.reformer4j.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliProcess;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The memory that `inspect` foresees, against heaps.
class ModelMemoryTest {
  /// By how much an amount may be off.
  private static final double MEMORY = 1.25;

  /// What the heap holds besides: classes, scratch, and the young generation's share.
  private static final double PROGRAM = 12 << 20;

  /// A heap of a quarter more is enough, and one of a quarter less is not; where the layers need
  /// most, and where the logits do.
  @ParameterizedTest
  @CsvSource({"local, 100000, 16", "lsh, 100000, 16", "lsh, 50000, 800"})
  void theMemoryOfAPassIsWithinAQuarter(String kind, int n, int vocabulary) throws Exception {
    LayerKind layers = kind.equals("lsh") ? LayerKind.LSH : LayerKind.LOCAL;
    Reformer declared = Reformer.declare(ModelPass.config(layers, vocabulary));
    double predicted = ModelMemory.of(declared, n).peak();
    assertThat(fits(kind, n, vocabulary, predicted * MEMORY + PROGRAM)).isTrue();
    assertThat(fits(kind, n, vocabulary, predicted / MEMORY + PROGRAM)).isFalse();
  }

  private static boolean fits(String kind, int n, int vocabulary, double heap) throws Exception {
    List<String> options =
        List.of("-Xmx" + (long) heap / 1024 + "k", "-XX:+UseParallelGC", "-XX:NewRatio=15");
    Process process =
        CliProcess.of(ModelPass.class, options, kind, n, vocabulary)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = CliProcess.end(process);
    assertThat(code).as(said).isIn(ModelPass.FITS, ModelPass.DOES_NOT_FIT);
    return code == ModelPass.FITS;
  }
}
