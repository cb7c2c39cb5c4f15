package dev.reformer4j.bench.model;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Checks;
import dev.reformer4j.bench.RandomTensors;
import dev.reformer4j.layer.AttentionShape;
import dev.reformer4j.layer.LshSelfAttention;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.layer.Pass;
import dev.reformer4j.layer.SpareArrays;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// What a layer of LSH attention does beside attention: layer norm, the projections to query/keys
/// and values, split into heads, and the heads of the output joined again. As in a model, every
/// call projects into the arrays of the one before.
final class ProjectionSubject implements CheckedWork {
  private static final double EPSILON = 1e-12;
  private static final int SAMPLES = 64;
  private static final int ROWS = 256;

  private final int heads;
  private final int width;
  private final int n;
  private final Parameters parameters = new Parameters();
  private final LshSelfAttention layer;
  private final Tensor x;
  private final Tensor joined;
  private final SpareArrays spare = new SpareArrays();

  /// @param n tokens
  ProjectionSubject(int heads, int width, int n) {
    this.heads = heads;
    this.width = width;
    this.n = n;
    int dModel = heads * width;
    this.layer =
        LshSelfAttention.of(
            parameters,
            _ -> LshConfig.defaults(),
            Rotations.seeded(1),
            new AttentionShape(dModel, heads, width, EPSILON, 1, 0, 0));
    for (Parameter parameter : parameters.all().values()) {
      parameter.fill(parameter.initial().draw(1, parameter.name(), parameter.shape()));
    }
    this.x = RandomTensors.of(2, n, dModel);
    this.joined = Tensor.zeros(n, dModel);
  }

  /// Projects all tokens, and joins the heads of what was made of them.
  @Override
  public void run(Workers workers) {
    AttentionInput input = layer.project(x, Pass.over(workers).withSpare(spare));
    join(input.value(), workers);
    spare.giveBack(input.query().data());
    spare.giveBack(input.value().data());
  }

  private void join(Tensor attended, Workers workers) {
    workers.run(
        (n + ROWS - 1) / ROWS,
        () ->
            block -> {
              for (int i = block * ROWS; i < Math.min(n, (block + 1) * ROWS); i++) {
                for (int head = 0; head < heads; head++) {
                  int from = (head * n + i) * width;
                  int to = (i * heads + head) * width;
                  System.arraycopy(attended.data(), from, joined.data(), to, width);
                }
              }
            });
  }

  @Override
  public void check() {
    run(Workers.inline());
    Parameter weight =
        parameters.all().values().stream()
            .filter(parameter -> parameter.name().endsWith("value.weight"))
            .findAny()
            .orElseThrow();
    int dModel = heads * width;
    SplittableRandom random = new SplittableRandom(1);
    for (int sample = 0; sample < SAMPLES; sample++) {
      int token = random.nextInt(n);
      int output = random.nextInt(dModel);
      double sum = 0;
      double squares = 0;
      for (int k = 0; k < dModel; k++) {
        sum += x.data()[token * dModel + k];
        squares += (double) x.data()[token * dModel + k] * x.data()[token * dModel + k];
      }
      double mean = sum / dModel;
      double deviation = Math.sqrt(squares / dModel - mean * mean + EPSILON);
      double expected = 0;
      for (int k = 0; k < dModel; k++) {
        double normal = (x.data()[token * dModel + k] - mean) / deviation;
        expected += normal * weight.value().data()[output * dModel + k];
      }
      float got = joined.data()[token * dModel + output];
      Checks.near("value " + output + " of token " + token, got, expected, 1e-3);
    }
  }
}
