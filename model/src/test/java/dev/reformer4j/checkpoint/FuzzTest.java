package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A few thousand damaged files of every kind; [FuzzMain] does a million.
@Timeout(120)
class FuzzTest {
  private static final int FILES = 10_000;

  @TempDir Path directory;

  @Test
  void everyDamagedSafetensorsFileIsReadOrRefusedInASentence() {
    Fuzzing.Tally tally = new Fuzzing.Tally();
    FileMutator mutator = new FileMutator();
    for (long seed = 0; seed < FILES; seed++) {
      Fuzzing.safetensors(mutator.safetensors(seed), seed, tally);
    }
    // Neither everything nor nothing: the damage reaches behind the first checks.
    assertThat(tally.read).isBetween(FILES / 100L, FILES / 2L);
    assertThat(tally.read + tally.refused).isEqualTo(FILES);
  }

  @Test
  void everyDamagedNpyFileIsReadOrRefusedInASentence() {
    Fuzzing.Tally tally = new Fuzzing.Tally();
    FileMutator mutator = new FileMutator();
    for (long seed = 0; seed < FILES; seed++) {
      Fuzzing.npy(mutator.npy(seed), seed, tally);
    }
    assertThat(tally.read).isBetween(FILES / 100L, FILES / 2L);
    assertThat(tally.read + tally.refused).isEqualTo(FILES);
  }

  @Test
  void everyDamagedPyTorchFileIsReadOrRefusedInASentence() {
    Fuzzing.Tally tally = new Fuzzing.Tally();
    BinMutator mutator = new BinMutator();
    for (long seed = 0; seed < FILES; seed++) {
      Fuzzing.bin(mutator.bin(seed), seed, tally);
    }
    assertThat(tally.read).isBetween(FILES / 100L, FILES / 2L);
    assertThat(tally.read + tally.refused).isEqualTo(FILES);
  }

  @Test
  void everyDamagedIndexIsReadOrRefusedInASentence() {
    Fuzzing.Tally tally = new Fuzzing.Tally();
    BinMutator mutator = new BinMutator();
    for (long seed = 0; seed < FILES; seed++) {
      Fuzzing.index(mutator.index(seed), seed, tally);
    }
    assertThat(tally.read).isBetween(FILES / 100L, FILES / 2L);
    assertThat(tally.read + tally.refused).isEqualTo(FILES);
  }

  @Test
  void aMappedFileIsJudgedAsItsBytesInMemoryAre() throws IOException {
    FileMutator mutator = new FileMutator();
    Path path = directory.resolve("x.safetensors");
    for (long seed = 0; seed < 1000; seed++) {
      byte[] image = mutator.safetensors(seed);
      Files.write(path, image);
      assertThat(verdict(MappedFile.open(path)))
          .as("seed %d", seed)
          .isEqualTo(verdict(MappedFile.over(image, path.toString())));
    }
  }

  private static String verdict(MappedFile mapped) throws IOException {
    try (Safetensors file = Safetensors.over(mapped)) {
      Fuzzing.readAll(file);
      return file.tensors().values().toString();
    } catch (TensorFileException e) {
      return e.getMessage();
    }
  }
}
