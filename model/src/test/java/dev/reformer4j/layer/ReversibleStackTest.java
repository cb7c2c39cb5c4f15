package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the whole stack must give back.
class ReversibleStackTest {
  private static final int N = 200;

  /// How far restored inputs may be, relative to the largest number on top of the stack. Every
  /// block rounds each number once on the way up and once on the way down, and what is rounded away
  /// goes through the blocks below it as a change of their inputs. Measured: 1e-7 at 1 block, 5e-7
  /// at 24; with dropout, which makes the numbers larger that it leaves, 2e-6 at 24.
  private static final double BOUND = 4e-6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 12, 24})
  void reversingTheStackRestoresItsInputs(int depth) {
    for (var config : List.of(Catalogue.SLIDING, Catalogue.CHUNKED)) {
      StackSubject subject = Catalogue.stack(config, depth);
      for (Pass pass : List.of(Passes.INFERENCE, Passes.TRAINING)) {
        Streams streams = new Streams(subject, pass);
        assertThat(streams.restored(subject)).isLessThan(BOUND);
      }
    }
  }

  /// Both streams on top of a stack.
  private static final class Streams {
    private final List<Tensor> inputs;
    private final Tensor stream1;
    private final Tensor stream2;
    private final List<Optional<Hashes>> hashes;
    private final Pass pass;

    Streams(StackSubject subject, Pass pass) {
      this.pass = pass;
      this.inputs = Passes.inputs(subject, N, 1);
      this.stream1 = Subject.copy(inputs.get(0));
      this.stream2 = Subject.copy(inputs.get(1));
      this.hashes = subject.hashes(stream1, stream2, pass);
    }

    /// How far the inputs are from what a stack gives back, relative to the largest number on top.
    double restored(StackSubject subject) {
      double largest = 1;
      for (int i = 0; i < stream1.size(); i++) {
        largest = Math.max(largest, Math.abs(stream1.data()[i]));
        largest = Math.max(largest, Math.abs(stream2.data()[i]));
      }
      Tensor zeros = Tensor.zeros(stream1.shape());
      ReversibleStack.Trail trail = new ReversibleStack.Hashed(hashes);
      subject.stack().backward(stream1, stream2, zeros, Subject.copy(zeros), trail, pass);
      double apart = 0;
      for (int i = 0; i < stream1.size(); i++) {
        apart = Math.max(apart, Math.abs(stream1.data()[i] - inputs.get(0).data()[i]));
        apart = Math.max(apart, Math.abs(stream2.data()[i] - inputs.get(1).data()[i]));
      }
      return apart / largest;
    }
  }

  /// A stack with other rotations takes the blocks off again by the hashes that it is given; if it
  /// hashed anew, it would subtract something else.
  @Test
  void reversalUsesTheHashesOfTheWayUp() {
    for (var config : List.of(Catalogue.SLIDING, Catalogue.CHUNKED)) {
      StackSubject one = Catalogue.stack(config, 4, 7);
      StackSubject other = Catalogue.stack(config, 4, 1007);
      List<Tensor> inputs = Passes.inputs(one, N, 1);
      assertThat(one.forward(inputs, N, Passes.INFERENCE).data())
          .isNotEqualTo(other.forward(inputs, N, Passes.INFERENCE).data());

      assertThat(new Streams(one, Passes.INFERENCE).restored(other)).isLessThan(BOUND);
    }
  }

  @Test
  void forwardForBackwardIsForward() {
    StackSubject subject = Catalogue.stack(Catalogue.CHUNKED, 3);
    List<Tensor> inputs = Passes.inputs(subject, N, 1);
    Streams streams = new Streams(subject, Passes.TRAINING);
    Passes.sameBits(
        "streams",
        subject.forward(inputs, N, Passes.TRAINING),
        StackSubject.beside(streams.stream1, streams.stream2));
  }

  @Test
  void storingActivationsIsForwardToo() {
    StackSubject subject = Catalogue.stack(Catalogue.CHUNKED, 3);
    List<Tensor> inputs = Passes.inputs(subject, N, 1);
    Tensor stream1 = Subject.copy(inputs.get(0));
    Tensor stream2 = Subject.copy(inputs.get(1));
    subject.stack().forwardForBackward(stream1, stream2, Activations.STORED, Passes.TRAINING);
    Passes.sameBits(
        "streams",
        subject.forward(inputs, N, Passes.TRAINING),
        StackSubject.beside(stream1, stream2));
  }

  @Test
  void onlyWhatHashesLeavesHashes() {
    Streams streams = new Streams(Catalogue.stack(Catalogue.SLIDING, 4), Passes.INFERENCE);
    assertThat(streams.hashes)
        .extracting(Optional::isPresent)
        .containsExactly(false, true, false, true);
  }
}
