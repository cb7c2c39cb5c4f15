package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What makes a branch reversible, and what makes it grow token by token.
class BranchTest {
  static Stream<Named<BranchSubject>> branches() {
    return Catalogue.branches();
  }

  static Stream<Named<BranchSubject>> causal() {
    return branches().filter(named -> named.getPayload().isCausal());
  }

  /// Adding and taking off again may cost the rounding of one addition and one subtraction: a unit
  /// in the last place of the larger of the two.
  @ParameterizedTest
  @MethodSource("branches")
  void undoRestoresTheTarget(BranchSubject subject) {
    Branch branch = subject.branch();
    for (int n : new int[] {1, 63, 64, 65, 129, 200}) {
      for (Pass pass :
          List.of(Passes.INFERENCE, Passes.TRAINING, Passes.TRAINING.withMask(Passes.mask(n)))) {
        List<Tensor> inputs = Passes.inputs(subject, n, n);
        Tensor target = Subject.copy(inputs.get(1));
        Optional<Hashes> hashes = branch.addTo(inputs.get(0), target, pass);
        Tensor sum = Subject.copy(target);
        assertThat(sum.data()).isNotEqualTo(inputs.get(1).data());

        branch.undo(
            inputs.get(0),
            hashes,
            target,
            Tensor.zeros(target.shape()),
            Tensor.zeros(target.shape()),
            pass);

        for (int i = 0; i < target.size(); i++) {
          float before = inputs.get(1).data()[i];
          float largest = Math.max(Math.abs(before), Math.abs(sum.data()[i]));
          Passes.near("number " + i, before, target.data()[i], Math.ulp(largest));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("branches")
  void undoAddsToTheGradientOfX(BranchSubject subject) {
    int n = 70;
    List<Tensor> inputs = Passes.inputs(subject, n, 1);
    Tensor dy = Passes.outputGradient(subject, n);
    Tensor expected = Subject.copy(subject.backward(inputs, n, dy, Passes.INFERENCE).getFirst());
    Tensor dx = Catalogue.normal(new Random(2), n, subject.dModel());
    for (int i = 0; i < dx.size(); i++) {
      expected.data()[i] += dx.data()[i];
    }

    Tensor target = Subject.copy(inputs.get(1));
    Optional<Hashes> hashes = subject.branch().addTo(inputs.get(0), target, Passes.INFERENCE);
    subject.branch().undo(inputs.get(0), hashes, target, dy, dx, Passes.INFERENCE);

    Passes.near("dx", expected, dx, 1e-5);
  }

  /// What a branch keeps is what it would compute again, to the bit.
  @ParameterizedTest
  @MethodSource("branches")
  void goingBackFromWhatWasKeptIsGoingBackFromWhatIsComputedAgain(BranchSubject subject) {
    for (int n : new int[] {1, 64, 129}) {
      for (Pass pass : List.of(Passes.TRAINING, Passes.TRAINING.withMask(Passes.mask(n)))) {
        List<Tensor> inputs = Passes.inputs(subject, n, n);
        Tensor dy = Passes.outputGradient(subject, n);
        Passes.clearGradients(subject);
        Tensor expected = subject.backward(inputs, n, dy, pass).getFirst();
        List<float[]> expectedGradients = gradients(subject);
        Tensor expectedSum = subject.forward(inputs, n, pass);

        Passes.clearGradients(subject);
        Tensor target = Subject.copy(inputs.get(1));
        Branch.Kept kept = subject.branch().addToKeeping(inputs.get(0), target, pass);
        Tensor dx = Tensor.zeros(n, subject.dModel());
        kept.backward(dy, dx);

        Passes.sameBits("target", expectedSum, target);
        Passes.sameBits("dx", expected, dx);
        List<float[]> found = gradients(subject);
        for (int i = 0; i < found.size(); i++) {
          assertThat(found.get(i)).isEqualTo(expectedGradients.get(i));
        }
      }
    }
  }

  private static List<float[]> gradients(Subject subject) {
    return subject.parameters().values().stream()
        .map(parameter -> parameter.gradient().data().clone())
        .toList();
  }

  /// A branch with other rotations would hash otherwise; given the hashes it must not.
  @Test
  void undoUsesTheHashesItIsGiven() {
    for (var config : List.of(Catalogue.SLIDING, Catalogue.CHUNKED)) {
      BranchSubject one = Catalogue.lsh(config, Rotations.seeded(1));
      BranchSubject other = Catalogue.lsh(config, Rotations.seeded(2));
      List<Tensor> inputs = Passes.inputs(one, 200, 3);
      Tensor target = Subject.copy(inputs.get(1));
      Optional<Hashes> hashes = one.branch().addTo(inputs.get(0), target, Passes.INFERENCE);
      assertThat(other.forward(inputs, 200, Passes.INFERENCE).data()).isNotEqualTo(target.data());

      Tensor zeros = Tensor.zeros(target.shape());
      other
          .branch()
          .undo(inputs.get(0), hashes, target, zeros, Subject.copy(zeros), Passes.INFERENCE);

      Passes.near("target", inputs.get(1), target, 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("branches")
  void whatIsPaddedChangesNoToken(BranchSubject subject) {
    int n = 129;
    boolean[] mask = Passes.mask(n);
    List<Tensor> inputs = Passes.inputs(subject, n, 4);
    Tensor before = subject.forward(inputs, n, Passes.INFERENCE.withMask(mask));
    Tensor other = Subject.copy(inputs.getFirst());
    for (int i = 0; i < other.size(); i++) {
      other.data()[i] += mask[i / other.dim(1)] ? 0 : 3;
    }

    Tensor after =
        subject.forward(List.of(other, inputs.get(1)), n, Passes.INFERENCE.withMask(mask));

    for (int token = 0; token < n; token++) {
      if (mask[token]) {
        Passes.sameBits(
            "token " + token,
            LayerLawsTest.tokens(before, token, token + 1),
            LayerLawsTest.tokens(after, token, token + 1));
      }
    }
  }

  /// Steps in blocks of every size, of several sequences at once, equal the full pass to the bit.
  @ParameterizedTest
  @MethodSource("causal")
  void stepsEqualTheWholeSequence(BranchSubject subject) {
    int sequences = 3;
    int n = 150;
    Random random = new Random(5);
    List<List<Tensor>> inputs =
        Stream.iterate(0, i -> i + 1)
            .limit(sequences)
            .map(i -> Passes.inputs(subject, n, 10 + i))
            .toList();
    List<Tensor> whole =
        inputs.stream().map(each -> subject.forward(each, n, Passes.INFERENCE)).toList();
    AttentionCache[] caches = new AttentionCache[sequences];
    if (subject.branch() instanceof SelfAttention attention) {
      Arrays.setAll(caches, i -> attention.newCache(1));
    }
    Branch.Step step = subject.branch().step();
    int[] done = new int[sequences];
    while (Arrays.stream(done).sum() < sequences * n) {
      // Up to 64 tokens: of each sequence a run of some length, perhaps none.
      int[] from = done.clone();
      Tensor x = Tensor.zeros(64, subject.dModel());
      Tensor target = Tensor.zeros(64, subject.dModel());
      AttentionCache[] past = new AttentionCache[64];
      int count = 0;
      for (int s = 0; s < sequences; s++) {
        int run = Math.min(n - done[s], random.nextInt(random.nextBoolean() ? 3 : 22));
        for (int i = 0; i < run; i++) {
          copyRow(inputs.get(s).get(0), done[s], x, count);
          copyRow(inputs.get(s).get(1), done[s], target, count);
          past[count++] = caches[s];
          done[s]++;
        }
      }
      if (count == 0) {
        continue;
      }
      step.addTo(x, target, count, past);
      int row = 0;
      for (int s = 0; s < sequences; s++) {
        for (int token = from[s]; token < done[s]; token++) {
          int d = subject.dModel();
          Passes.sameBits(
              "token " + token + " of sequence " + s,
              whole.get(s).data(),
              token * d,
              target.data(),
              row++ * d,
              d);
        }
      }
    }
  }

  private static void copyRow(Tensor from, int row, Tensor to, int at) {
    int d = from.dim(1);
    System.arraycopy(from.data(), row * d, to.data(), at * d, d);
  }

  @Test
  void attentionThatLooksAheadHasNoCache() {
    for (LocalConfig config :
        List.of(new LocalConfig(8, 1, 0, false, true), new LocalConfig(8, 1, 1, true, true))) {
      SelfAttention attention = (SelfAttention) Catalogue.local(config).branch();
      assertThatThrownBy(() -> attention.newCache(1)).isInstanceOf(IllegalArgumentException.class);
    }
    SelfAttention lsh = (SelfAttention) Catalogue.lsh(Catalogue.SLIDING.withCausal(false)).branch();
    assertThatThrownBy(() -> lsh.newCache(1)).isInstanceOf(IllegalArgumentException.class);
  }
}
