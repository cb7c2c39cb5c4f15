package dev.reformer4j.cli.attend;

import static dev.reformer4j.cli.Inputs.random;
import static dev.reformer4j.cli.Inputs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is wrong with the input: one sentence, exit code 2, and nothing written.
class BadInputTest {
  private static final int HEADS = 2;
  private static final int N = 200;
  private static final int D_QK = 16;
  private static final int D_V = 8;

  /// Written once; a test that changed it would be seen by the others.
  @TempDir private static Path directory;

  /// For the output of one test.
  @TempDir private Path own;

  private static final Tensor QK = random(1, HEADS, N, D_QK);
  private static final Tensor V = random(2, HEADS, N, D_V);

  @BeforeAll
  static void writeFiles() throws IOException {
    save("good", files().add("qk", QK).add("v", V));
    save("nan", files().add("qk", with(QK, (N + 17) * D_QK + 5, Float.NaN)).add("v", V));
    save("infinite", files().add("qk", QK).add("v", with(V, 3, Float.NEGATIVE_INFINITY)));
    save("huge", files().add("qk", filled(1e25f, HEADS, N, D_QK)).add("v", V));
    save("huge-values", files().add("qk", QK).add("v", filled(3e38f, HEADS, N, D_V)));
    save("no-v", files().add("qk", QK));
    save("no-k", files().add("q", QK).add("v", V));
    save("qk-and-q", files().add("qk", QK).add("q", QK).add("v", V));
    save("k-shorter", files().add("q", QK).add("k", random(1, HEADS, N - 1, D_QK)).add("v", V));
    save("v-shorter", files().add("qk", QK).add("v", random(1, HEADS, N - 1, D_V)));
    save("v-heads", files().add("qk", QK).add("v", random(1, HEADS + 1, N, D_V)));
    save("flat", files().add("qk", random(1, N, D_QK)).add("v", V));
    save("batch", files().add("qk", random(1, 1, HEADS, N, D_QK)).add("v", V));
    save(
        "empty",
        files().add("qk", Tensor.zeros(HEADS, 0, D_QK)).add("v", Tensor.zeros(HEADS, 0, D_V)));
    save("no-width", files().add("qk", Tensor.zeros(HEADS, N, 0)).add("v", V));
    save("integers", files().add("qk", new int[HEADS * N * D_QK], HEADS, N, D_QK).add("v", V));
    save("padding", files().add("qk", QK).add("v", V).add("mask", new int[N], N));
    save("mask-2", files().add("qk", QK).add("v", V).add("mask", filled(2, N)));
    save("mask-half", files().add("qk", QK).add("v", V).add("mask", filled(0.5f, N)));
    save("mask-short", files().add("qk", QK).add("v", V).add("mask", filled(1, N - 1)));
    save("rotations", rotations(random(3, HEADS, D_QK, 3, 4)));
    save("rotations-width", rotations(random(3, HEADS, D_QK - 1, 3, 4)));
    save("rotations-none", rotations(Tensor.zeros(HEADS, D_QK, 3, 0)));
    save("rotations-nan", rotations(with(random(3, HEADS, D_QK, 3, 4), 0, Float.NaN)));
    truncate("truncated");
    raw("lying", "{\"qk\":{\"dtype\":\"F32\",\"shape\":[2,200,16],\"data_offsets\":[0,8]}}", 8);
    raw("dtype", "{\"qk\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
    raw("not-json", "{qk}", 0);
    Files.write(directory.resolve("nothing.safetensors"), new byte[0]);
    Files.writeString(directory.resolve("text.safetensors"), "certainly not a tensor file");
    Npy.write(directory.resolve("qk.npy"), QK);
    Npy.write(directory.resolve("v-short.npy"), random(1, HEADS, N - 1, D_V));
    Files.createDirectory(directory.resolve("folder"));
  }

  static Stream<Arguments> badInputs() {
    return Stream.of(
        bad("--in nan.safetensors", "qk[1, 17, 5] is NaN, but every number must be finite"),
        bad(
            "--in infinite.safetensors",
            "v[0, 0, 3] is -Infinity, but every number must be finite"),
        bad("--in rotations-nan.safetensors", "rotations[0, 0, 0, 0] is NaN"),
        bad("--in huge.safetensors", "overflows float32; scale the vectors down"),
        bad("--in huge.safetensors --exact", "overflows float32; scale the vectors down"),
        bad(
            "--in huge-values.safetensors",
            "so large that float32 overflows in the middle; scale them down"),
        bad(
            "--in huge-values.safetensors --exact",
            "so large that float32 overflows in the middle; scale them"),
        bad("--in no-v.safetensors", "has no tensor \"v\"; it holds \"qk\""),
        bad("--in no-k.safetensors", "has no tensor \"k\""),
        bad(
            "--in qk-and-q.safetensors",
            "has qk as well as q or k; give qk if queries and keys are shared"),
        bad("--in k-shorter.safetensors", "q [2, 200, 16] and k [2, 199, 16] disagree in n"),
        bad("--in v-shorter.safetensors", "qk [2, 200, 16] and v [2, 199, 8] disagree in n"),
        bad("--in v-heads.safetensors", "qk [2, 200, 16] and v [3, 200, 8] disagree in heads"),
        bad(
            "--in flat.safetensors",
            "qk [200, 16] has 2 axes, but must be [heads, n, dQk]; reshape it to [1, 200, 16]"),
        bad(
            "--in batch.safetensors",
            "qk [1, 2, 200, 16] has 4 axes, but must be [heads, n, dQk]; give each sequence"),
        bad(
            "--in empty.safetensors",
            "qk [2, 0, 16] has no numbers: n is 0; each axis must be at least 1"),
        bad("--in no-width.safetensors", "qk [2, 200, 0] has no numbers: dQk is 0"),
        bad(
            "--in integers.safetensors",
            "tensor \"qk\" has dtype I32, but F32, F16, BF16 or F64 is needed"),
        bad(
            "--in padding.safetensors",
            "mask is 0 everywhere, so all 200 tokens are padding; at least one must be 1"),
        bad("--in mask-2.safetensors", "mask[0] is 2, but must be 1 for a token or 0 for padding"),
        bad(
            "--in mask-half.safetensors",
            "mask[0] is 0.5, but must be 1 for a token or 0 for padding"),
        bad("--in mask-short.safetensors", "mask [199] must be [n] = [200]"),
        bad(
            "--in rotations-width.safetensors",
            "rotations [2, 15, 3, 4] must be [heads, dQk, rounds, columns] = [2, 16, rounds"),
        bad(
            "--in rotations-none.safetensors",
            "rotations [2, 16, 3, 0] must be [heads, dQk, rounds, columns]"),
        bad(
            "--in rotations.safetensors --rounds 4",
            "--rounds 4 does not agree with rotations [2, 16, 3, 4], which are for 3"),
        bad(
            "--in rotations.safetensors --buckets 4x6",
            "--buckets 4x6 takes 5 columns (half the sum of its factors), but rotations [2, 16, 3,"
                + " 4] have 4; drop --buckets for 8 buckets"),
        bad(
            "--in rotations.safetensors --seed 1",
            "brings its own rotations; drop the seed, or the tensor"),
        bad(
            "--in rotations.safetensors --torch-seed 1",
            "brings its own rotations; drop the seed, or the tensor"),
        bad("--in truncated.safetensors", "bytes of the data, but only|ends at byte|truncated"),
        bad("--in lying.safetensors", "does not fill its 8 bytes exactly; the file is damaged"),
        bad("--in dtype.safetensors", "tensor \"qk\" has the unknown dtype \"F33\"; known are"),
        bad("--in not-json.safetensors", "the header is not valid JSON"),
        bad("--in nothing.safetensors", "has 0 bytes, but a safetensors file starts with 8 bytes"),
        bad("--in text.safetensors", "it is damaged or no safetensors file"),
        bad("--in missing.safetensors", "there is no such file; check the path"),
        bad("--in folder", "it is a directory; name a file in it"),
        bad("--in qk.npy", "holds one array, taken as qk; give the values as --values v.npy"),
        bad("--in qk.npy --values v-short.npy", "qk [2, 200, 16] and v [2, 199, 8] disagree in n"),
        bad("--in qk.npy --values good.safetensors", "good.safetensors"),
        bad("--in good.safetensors --values qk.npy", "goes with an .npy file as --in"),
        bad(
            "--in good.safetensors --buckets 7",
            "bucket count 7 is not an even number of at least 2"),
        bad(
            "--in good.safetensors --buckets 0",
            "bucket count 0 is not an even number of at least 2"),
        bad(
            "--in good.safetensors --buckets -4",
            "bucket count -4 is not an even number of at least 2"),
        bad("--in good.safetensors --buckets 8x", "buckets '8x' is not 'auto', an even number"),
        bad("--in good.safetensors --buckets 65536x65536", "multiply to more than"),
        bad(
            "--in good.safetensors --exact --seed 3",
            "--seed has no meaning with --exact, which computes every pair and hashes nothing; drop"
                + " one or the other"),
        bad(
            "--in good.safetensors --causal --exact --rounds 4 --buckets auto --chunk 64 --before 1"
                + " --after 0 --chunking chunked --mask-other-buckets --count-once --torch-seed 1",
            "--rounds, --buckets, --chunk, --before, --after, --chunking, --mask-other-buckets,"
                + " --count-once, --torch-seed have no meaning with --exact"),
        bad("--in good.safetensors --buckets 2147483648", "bucket factors [2147483648] multiply"),
        bad("--in good.safetensors --rounds 0", "--rounds 0 is too small; give one from 1 to 127"),
        bad("--in good.safetensors --rounds -1", "--rounds -1 is too small"),
        bad("--in good.safetensors --rounds four", "--rounds 'four' is not a whole number"),
        bad("--in good.safetensors --rounds 1.5", "--rounds '1.5' is not a whole number"),
        bad(
            "--in good.safetensors --rounds 99999999999999999999",
            "--rounds 99999999999999999999 is too large"),
        bad(
            "--in good.safetensors --rounds 128",
            "--rounds 128 is too large; give one from 1 to 127"),
        bad("--in good.safetensors --chunk 0", "--chunk 0 is too small"),
        bad("--in good.safetensors --chunk 2147483647", "lets a query see more than"),
        bad("--in good.safetensors --before -1", "--before -1 is too small"),
        bad(
            "--in good.safetensors --chunking sliding --before 0",
            "sees no key at all; use before 1 or more"),
        bad("--in good.safetensors --chunking sorted", "--chunking 'sorted'"),
        bad(
            "--in good.safetensors --threads 0",
            "--threads 0 is too small; give one from 1 to 1024"),
        bad(
            "--in good.safetensors --threads 5000",
            "--threads 5000 is too large; give one from 1 to 1024"),
        bad("--in good.safetensors --seed x", "--seed 'x' is not a whole number"),
        bad(
            "--in good.safetensors --seed 1 --torch-seed 1",
            "--seed and --torch-seed were both given"),
        bad(
            "--in good.safetensors --round 4",
            "unknown option '--round'; perhaps you meant --rounds; see 'reformer4j attend --help'"),
        bad(
            "--in good.safetensors more",
            "unknown argument 'more'; see 'reformer4j attend --help'"),
        bad("--causal", "missing required option: '--in=FILE'; see 'reformer4j attend --help'"));
  }

  private static Arguments bad(String args, String sentence) {
    return arguments(args, sentence);
  }

  @ParameterizedTest
  @MethodSource("badInputs")
  void badInputIsOneSentenceAndLeavesTheOutputAsItWas(String args, String sentence)
      throws IOException {
    Path out = Files.writeString(own.resolve("out.safetensors"), "what was there before");
    List<Path> before = list();
    CliRun run = attend(out, args.split(" "));
    assertOneSentence(run);
    assertThat(sentence.split("\\|")).anySatisfy(s -> assertThat(run.err()).contains(s));
    assertThat(list()).isEqualTo(before);
    assertThat(out).hasContent("what was there before");
  }

  static Stream<Arguments> badOutputs() {
    return Stream.of(
        arguments("folder", "it is a directory; name a file in it"),
        arguments("missing/out.safetensors", "its directory does not exist; create it"),
        arguments("good.safetensors/out", "is not a directory"),
        arguments("good.safetensors", "is the input itself; choose another name"));
  }

  @ParameterizedTest
  @MethodSource("badOutputs")
  void anOutputThatCannotBeWrittenIsOneSentence(String out, String sentence) throws IOException {
    List<Path> before = list();
    CliRun run = attend(directory.resolve(out), "--in", "good.safetensors");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).startsWith("reformer4j: ").contains(sentence);
    assertThat(list()).isEqualTo(before);
  }

  @Test
  void aFullDiskIsOneSentence() {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    CliRun run = attend(full, "--in", "good.safetensors");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).startsWith("reformer4j: cannot write /dev/full: No space left");
  }

  /// The file is sparse: it takes no room on the disk.
  @Test
  void moreNumbersThanAnArrayHoldsAreRefusedFromTheHeader() throws IOException {
    long qkBytes = 4L * 8 * (1 << 25) * 16;
    long vBytes = 4L * 8 * (1 << 25);
    raw(
        "vast",
        ("{\"qk\":{\"dtype\":\"F32\",\"shape\":[8,33554432,16],\"data_offsets\":[0,%d]},"
                + "\"v\":{\"dtype\":\"F32\",\"shape\":[8,33554432,1],\"data_offsets\":[%d,%d]}}")
            .formatted(qkBytes, qkBytes, qkBytes + vBytes),
        0);
    Path file = directory.resolve("vast.safetensors");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(sparse.length() + qkBytes + vBytes);
    }
    CliRun run = attend(own.resolve("out"), "--in", "vast.safetensors");
    assertOneSentence(run);
    assertThat(run.err())
        .contains("qk [8, 33554432, 16] holds 4294967296 numbers, more than the 2147483639")
        .contains("give fewer heads at a time");
  }

  @Test
  void theInputSurvivesUnderAnotherSpellingOfItsName() throws IOException {
    byte[] before = Files.readAllBytes(directory.resolve("good.safetensors"));
    CliRun run =
        attend(directory.resolve("folder/../good.safetensors"), "--in", "good.safetensors");
    assertOneSentence(run);
    assertThat(directory.resolve("good.safetensors")).hasBinaryContent(before);
  }

  @Test
  void debugShowsWhereItArose() {
    Path out = own.resolve("out");
    assertThat(attend(out, "--in", "nan.safetensors", "--debug").err())
        .contains("is NaN")
        .contains("at dev.reformer4j");
    CliRun before =
        CliRun.of("--debug", "attend", "--in", directory.resolve("nan.safetensors"), "--out", out);
    assertThat(before.err()).contains("is NaN").contains("at dev.reformer4j");
  }

  private static void assertOneSentence(CliRun run) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("reformer4j: ").doesNotContain("Exception");
  }

  /// Runs `attend` with relative file names taken from the temporary directory.
  private CliRun attend(Path out, String... args) {
    List<Object> all = new ArrayList<>(List.of("attend", "--out", out));
    for (int i = 0; i < args.length; i++) {
      boolean file = i > 0 && List.of("--in", "--values").contains(args[i - 1]);
      all.add(file ? directory.resolve(args[i]) : args[i]);
    }
    return CliRun.of(all.toArray());
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> shared = Files.walk(directory);
        Stream<Path> files = Files.walk(own)) {
      return Stream.concat(shared, files).sorted().toList();
    }
  }

  private static SafetensorsWriter files() {
    return new SafetensorsWriter();
  }

  private static SafetensorsWriter rotations(Tensor rotations) {
    return files().add("qk", QK).add("v", V).add("rotations", rotations);
  }

  private static void save(String name, SafetensorsWriter tensors) throws IOException {
    tensors.write(directory.resolve(name + ".safetensors"));
  }

  private static Tensor filled(float number, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Arrays.fill(tensor.data(), number);
    return tensor;
  }

  private static void truncate(String name) throws IOException {
    byte[] good = Files.readAllBytes(directory.resolve("good.safetensors"));
    Files.write(directory.resolve(name + ".safetensors"), Arrays.copyOf(good, good.length / 2));
  }

  private static void raw(String name, String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    Files.write(directory.resolve(name + ".safetensors"), bytes.array());
  }
}
