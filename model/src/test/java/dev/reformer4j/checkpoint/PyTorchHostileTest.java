package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The pickles that `make_checkpoints.py` wrote to be refused, each for its own reason.
@Timeout(60)
class PyTorchHostileTest {
  private static final String RUNS = "the pickle asks to run ";
  private static final String BEYOND = "tensor \"x\" reaches beyond the 2 numbers of its storage";
  private static final String SENSELESS = "tensor \"x\" has a shape, strides or an offset that";
  private static final String DAMAGED = "the pickle makes no sense at byte ";
  private static final String UNKNOWN_WAY = "makes a tensor or container in an unknown way";
  private static final String OUTSIDE = "refers to something outside that is not a storage";
  private static final String NO_TENSORS = "holds no dictionary of tensors, but named tensors are";

  private static final Map<String, String> SENTENCES =
      Map.ofEntries(
          Map.entry("os_system", RUNS + "posix.system, and only tensors and containers are read"),
          Map.entry("os_system_protocol4", RUNS + "posix.system, "),
          Map.entry("eval", RUNS + "__builtin__.eval, "),
          Map.entry("exec_before_tensors", RUNS + "__builtin__.exec, "),
          Map.entry("never_called", RUNS + "posix.system, "),
          Map.entry("inst", RUNS + "os.system, "),
          Map.entry("obj", "has the instruction 0x6f at byte"),
          Map.entry("newobj", "has the instruction 0x81 at byte"),
          Map.entry("extension", "has the instruction 0x82 at byte"),
          Map.entry("whole_model", RUNS + "__main__.Net, "),
          Map.entry("torch_load", RUNS + "torch.load, "),
          Map.entry("dotted_name", RUNS + "torch._utils.os.popen.system, "),
          Map.entry("quantized", RUNS + "torch._utils._rebuild_qtensor, "),
          Map.entry("numpy", RUNS + "numpy.core.multiarray._reconstruct, "),
          Map.entry("control_in_name", RUNS + "\\u001b[31mos.system\\u000d, "),
          Map.entry("calls_a_text", DAMAGED),
          Map.entry("calls_a_tensor", DAMAGED),
          Map.entry("builds_a_tensor", DAMAGED),
          Map.entry("persistent_text", OUTSIDE),
          Map.entry("persistent_module", OUTSIDE),
          Map.entry("storage_class_is_a_text", OUTSIDE),
          Map.entry("storage_negative", OUTSIDE),
          Map.entry("storage_missing", "lacks the storage \"1\", which the pickle names"),
          Map.entry("storage_elsewhere", "lacks the storage \"../data/0\""),
          Map.entry("storage_longer", "has 8 bytes, but 3 numbers of F32 are said to be in it"),
          Map.entry("storage_huge", "has 8 bytes, but 4611686018427387904 numbers of F32"),
          Map.entry("storage_wider", "has 8 bytes, but 2 numbers of F64"),
          Map.entry("storage_twice", "storage \"0\" is described in two ways"),
          Map.entry("offset_beyond", BEYOND),
          Map.entry("offset_huge", BEYOND),
          Map.entry("offset_negative", SENSELESS),
          Map.entry("size_beyond", BEYOND),
          Map.entry("size_negative", SENSELESS),
          Map.entry("size_overflows", BEYOND),
          Map.entry("size_not_a_number", SENSELESS),
          Map.entry("size_not_a_tuple", UNKNOWN_WAY),
          Map.entry("size_of_70_axes", "has 70 axes, more than the 64"),
          Map.entry("expanded", "repeats the 2 numbers of its storage to 268435456"),
          Map.entry("stride_overflows", BEYOND),
          Map.entry("stride_of_other_rank", SENSELESS),
          Map.entry("negated", UNKNOWN_WAY),
          Map.entry("same_name_twice", "tensor \"x\" appears twice in the pickle"),
          Map.entry("name_is_a_number", "names a tensor by 5, which is no text"),
          Map.entry("tensor_alone", "holds a tensor alone, but named tensors are needed"),
          Map.entry("list", NO_TENSORS),
          Map.entry("no_tensors", NO_TENSORS),
          Map.entry("nothing", NO_TENSORS),
          Map.entry("several", "holds several dictionaries of tensors: \"a\", \"b\"; save the one"),
          Map.entry("inside_itself", NO_TENSORS),
          Map.entry("deep_tuples", NO_TENSORS),
          Map.entry("deep_lists", NO_TENSORS),
          Map.entry("deep_dictionaries", NO_TENSORS),
          Map.entry("laughs", NO_TENSORS),
          Map.entry("memo_huge", DAMAGED),
          Map.entry("memo_unset", DAMAGED),
          Map.entry("text_huge", "wants 2147483647 bytes at byte"),
          Map.entry("text_huger", "wants 18446744073709551615 bytes at byte"),
          Map.entry("bytes_huge", "wants 9223372036854775807 bytes at byte"),
          Map.entry("text_not_utf8", "is not valid UTF-8"),
          Map.entry("name_endless", "names something by more than 1000 characters"),
          Map.entry("unknown_instruction", "has the instruction 0xff at byte"),
          Map.entry("text_protocol", "has the instruction 0x64 at byte"),
          Map.entry("protocol_9", "is a pickle of protocol 9, but 5 is the newest known"),
          Map.entry("stack_empty", DAMAGED),
          Map.entry("stack_below_mark", DAMAGED),
          Map.entry("mark_missing", DAMAGED),
          Map.entry("odd_items", DAMAGED),
          Map.entry("truncated", "are left; the file is truncated or damaged"),
          Map.entry("empty", "the pickle wants 1 bytes at byte"));

  static Stream<Arguments> sentences() {
    return SENTENCES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> arguments(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void isRefusedInASentence(String name, String sentence) {
    String refusal = Images.refusal(Images.golden("hostile/" + name + ".bin"), name + ".bin");
    assertThat(refusal).startsWith(name + ".bin: ").contains(sentence).hasSizeLessThan(400);
    assertThat(refusal.chars()).noneMatch(Character::isISOControl);
  }

  @Test
  void noneIsForgotten() throws Exception {
    Path one = Path.of(PyTorchHostileTest.class.getResource("hostile/eval.bin").toURI());
    try (Stream<Path> files = Files.list(one.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".bin", "")))
          .containsExactlyInAnyOrderElementsOf(SENTENCES.keySet());
    }
  }

  /// A pickle is a program: ten bytes can ask for more than a machine has.
  @Test
  void aPickleTakesNoMoreMemoryThanItsSizeExplains() throws IOException {
    for (String name : SENTENCES.keySet()) {
      byte[] image = Images.golden("hostile/" + name + ".bin");
      Images.refusal(image, name + ".bin"); // loads the classes
      long before = Allocation.bytes();
      Images.refusal(image, name + ".bin");
      // The longest of them inflate to 60,000 bytes.
      assertThat(Allocation.bytes() - before).as(name).isLessThan(64L * (image.length + 60_000));
    }
  }
}
