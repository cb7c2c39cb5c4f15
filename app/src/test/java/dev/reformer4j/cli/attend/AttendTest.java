package dev.reformer4j.cli.attend;

import static dev.reformer4j.cli.Inputs.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `attend` writes is what the library computes, whichever way the tensors come in.
class AttendTest {
  private static final int HEADS = 2;
  private static final int N = 333;
  private static final int D_QK = 16;
  private static final int D_V = 8;

  @TempDir private Path directory;

  private final Tensor qk = random(1, HEADS, N, D_QK);
  private final Tensor v = random(2, HEADS, N, D_V);
  private final AttentionInput input = AttentionInput.shared(qk, v);

  @Test
  void theDefaultsAreThoseOfTheLibrary() throws IOException {
    Path out = attend(tensors());
    assertEqual(out, lsh(LshConfig.defaults(), Rotations.seeded(0), input));
  }

  @Test
  void aTensorThatIsNotUsedIsNamed() throws IOException {
    Path in = directory.resolve("mistyped.safetensors");
    new SafetensorsWriter().add("qk", qk).add("v", v).add("masks", v).write(in);
    Path out = directory.resolve("mistyped-out.safetensors");
    CliRun run = CliRun.of("attend", "--in", in, "--out", out);
    assertThat(run.code()).isEqualTo(0);
    assertThat(run.err()).contains("not used: masks");
  }

  @Test
  void everyOptionReachesTheLibrary() throws IOException {
    Path out =
        attend(
            tensors(),
            ("--rounds 3 --buckets 4x6 --chunk 32 --before 2 --after 1 --causal"
                    + " --mask-other-buckets --count-once --torch-seed 42 --threads 1")
                .split(" "));
    LshConfig config =
        LshConfig.defaults()
            .withRounds(3)
            .withBuckets(Buckets.of(4, 6))
            .withChunk(32)
            .withNeighbours(2, 1)
            .withCausal(true)
            .withMaskOtherBuckets(true)
            .withCountOnce(true);
    assertEqual(out, lsh(config, Rotations.torch(42), input));
  }

  @Test
  void slidingAndSeedReachTheLibrary() throws IOException {
    Path out = attend(tensors(), "--chunking", "sliding", "--causal", "--seed", "-7");
    LshConfig config = LshConfig.defaults().withChunking(Chunking.SLIDING).withCausal(true);
    assertEqual(out, lsh(config, Rotations.seeded(-7), input));
  }

  @Test
  void exactAttentionHasNoBuckets() throws IOException {
    Path out = attend(tensors(), "--exact", "--causal");
    try (Workers workers = Workers.inline();
        Safetensors file = Safetensors.open(out)) {
      AttentionResult expected = new ExactAttention(new ExactConfig(true)).forward(input, workers);
      assertThat(file.names()).containsExactlyInAnyOrder("out", "logsumexp");
      assertThat(file.floats("out").data()).isEqualTo(expected.output().data());
      assertThat(file.floats("logsumexp").shape()).containsExactly(HEADS, N);
      assertThat(file.floats("logsumexp").data()).isEqualTo(expected.logSumExp().data());
    }
  }

  @Test
  void givenRotationsDecideRoundsAndBuckets() throws IOException {
    Tensor rotations = random(5, HEADS, D_QK, 3, 5);
    Path out = attend(tensors().add("rotations", rotations));
    LshConfig config = LshConfig.defaults().withRounds(3).withBuckets(Buckets.of(10));
    assertEqual(out, lsh(config, Rotations.of(rotations), input));
  }

  @Test
  void factorsMayBeNamedForGivenRotations() throws IOException {
    Tensor rotations = random(5, HEADS, D_QK, 2, 5);
    Path out = attend(tensors().add("rotations", rotations), "--buckets", "4x6", "--rounds", "2");
    LshConfig config = LshConfig.defaults().withRounds(2).withBuckets(Buckets.of(4, 6));
    assertEqual(out, lsh(config, Rotations.of(rotations), input));
  }

  @Test
  void aMaskMayBeIntegersOrFloats() throws IOException {
    boolean[] mask = new boolean[N];
    int[] integers = new int[N];
    Tensor floats = Tensor.zeros(N);
    for (int i = 0; i < N; i++) {
      mask[i] = i % 5 != 4;
      integers[i] = mask[i] ? 1 : 0;
      floats.data()[i] = integers[i];
    }
    LshResult expected = lsh(LshConfig.defaults(), Rotations.seeded(0), input.withMask(mask));
    assertEqual(attend(tensors().add("mask", integers, N)), expected);
    assertEqual(attend(tensors().add("mask", floats)), expected);
    assertEqual(attend(tensors().add("mask", floats, DType.BF16)), expected);
  }

  @Test
  void queriesAndKeysMayBeSeparate() throws IOException {
    Tensor keys = random(9, HEADS, N, D_QK);
    Path out = attend(new SafetensorsWriter().add("q", qk).add("k", keys).add("v", v));
    assertEqual(
        out, lsh(LshConfig.defaults(), Rotations.seeded(0), AttentionInput.separate(qk, keys, v)));
  }

  @Test
  void numpyArraysGiveTheSame() throws IOException {
    Path in = directory.resolve("qk.npy");
    Path values = directory.resolve("v.npy");
    Path out = directory.resolve("out.npy");
    Npy.write(in, qk);
    Npy.write(values, v);
    CliRun run = CliRun.of("attend", "--in", in, "--values", values, "--out", out);
    assertThat(run.code()).as(run.err()).isZero();
    try (Npy file = Npy.open(out)) {
      assertThat(file.floats().shape()).containsExactly(HEADS, N, D_V);
      assertThat(file.floats().data())
          .isEqualTo(lsh(LshConfig.defaults(), Rotations.seeded(0), input).output().data());
    }
  }

  /// A sequence of one chunk is not hashed; all its tokens are in bucket 0 of every round.
  @Test
  void aShortSequenceStillHasAllItsRounds() throws IOException {
    Tensor few = random(1, HEADS, 5, D_QK);
    Tensor values = random(2, HEADS, 5, D_V);
    Path out = attend(new SafetensorsWriter().add("qk", few).add("v", values));
    try (Safetensors file = Safetensors.open(out)) {
      assertThat(file.info("buckets").shape()).containsExactly(HEADS, 4, 5);
      assertThat(file.ints("buckets")).containsOnly(0);
    }
  }

  @Test
  void oneTokenIsEnough() throws IOException {
    Tensor value = random(2, HEADS, 1, D_V);
    Path out = attend(new SafetensorsWriter().add("qk", random(1, HEADS, 1, D_QK)).add("v", value));
    try (Safetensors file = Safetensors.open(out)) {
      assertThat(file.floats("out").data()).isEqualTo(value.data());
    }
  }

  @Test
  void theFileDoesNotDependOnTheThreads() throws IOException {
    byte[] one = Files.readAllBytes(attend(tensors(), "--threads", "1"));
    assertThat(attend(tensors(), "--threads", "3")).hasBinaryContent(one);
  }

  @Test
  void theSummaryNamesWhatWasDone() throws IOException {
    Path in = directory.resolve("in.safetensors");
    tensors().write(in);
    Path out = directory.resolve("out.safetensors");
    CliRun run = CliRun.of("attend", "--in", in, "--out", out, "--threads", 2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("2 heads x 333 tokens, dQk 16, dV 8: LSH attention with 4 rounds, buckets 8")
        .contains("2 threads")
        .contains("tokens/s")
        .contains("wrote " + out);
  }

  private SafetensorsWriter tensors() {
    return new SafetensorsWriter().add("qk", qk).add("v", v);
  }

  private Path attend(SafetensorsWriter tensors, String... options) throws IOException {
    Path in = directory.resolve("in.safetensors");
    Path out = directory.resolve("out.safetensors");
    tensors.write(in);
    List<Object> args = new ArrayList<>(List.of("attend", "--in", in, "--out", out));
    args.addAll(Arrays.asList(options));
    CliRun run = CliRun.of(args.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  private static LshResult lsh(LshConfig config, Rotations rotations, AttentionInput input) {
    try (Workers workers = Workers.inline()) {
      return new LshAttention(config, rotations).forward(input, workers);
    }
  }

  private static void assertEqual(Path out, LshResult expected) throws IOException {
    try (Safetensors file = Safetensors.open(out)) {
      assertThat(file.names()).containsExactlyInAnyOrder("out", "logsumexp", "buckets");
      assertThat(file.floats("out").shape()).isEqualTo(expected.output().shape());
      assertThat(file.floats("out").data()).isEqualTo(expected.output().data());
      assertThat(file.floats("logsumexp").shape()).containsExactly(HEADS, N);
      assertThat(file.floats("logsumexp").data()).isEqualTo(expected.logSumExp().data());
      int rounds = expected.hashes().rounds();
      assertThat(file.info("buckets").dtype()).isEqualTo(DType.I32);
      assertThat(file.info("buckets").shape()).containsExactly(HEADS, rounds, N);
      int[] buckets = file.ints("buckets");
      for (int head = 0; head < HEADS; head++) {
        for (int round = 0; round < rounds; round++) {
          int start = (head * rounds + round) * N;
          assertThat(Arrays.copyOfRange(buckets, start, start + N))
              .isEqualTo(expected.hashes().ids(0, head, round));
        }
      }
    }
  }
}
