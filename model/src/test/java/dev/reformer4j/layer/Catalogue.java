package dev.reformer4j.layer;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/// Every layer that there is, at odd widths, each as a [Subject]. A layer that is missing here
/// fails [CatalogueTest].
final class Catalogue {
  static final int D_MODEL = 5;
  static final int HEADS = 2;
  static final int HEAD_WIDTH = 3;
  static final int D_FEED_FORWARD = 7;
  static final int VOCABULARY = 11;
  static final double EPSILON = 1e-5;
  static final double RATE = 0.25;
  static final int POSITIONS = 1320;

  static final AttentionShape SHAPE =
      new AttentionShape(D_MODEL, HEADS, HEAD_WIDTH, EPSILON, 0.5, RATE, 0.3);
  static final LocalConfig LOCAL = new LocalConfig(8, 1, 0, true, true);
  static final LshConfig SLIDING =
      LshConfig.defaults()
          .withRounds(2)
          .withBuckets(Buckets.of(2, 4))
          .withChunk(4)
          .withCausal(true)
          .withChunking(Chunking.SLIDING);
  static final LshConfig CHUNKED = SLIDING.withChunking(Chunking.CHUNKED).withChunk(8);

  private Catalogue() {}

  static Stream<Named<Subject>> all() {
    List<Named<Subject>> all = new ArrayList<>();
    add(all, "layer norm", norm(D_MODEL));
    add(all, "layer norm of 1", norm(1));
    add(all, "dense 5 to 7", dense(D_MODEL, D_FEED_FORWARD));
    add(all, "dense 65 to 130", dense(65, 130));
    add(all, "dense without bias", denseWithoutBias());
    add(all, "language model head", languageModel(true));
    add(all, "language model head that only keeps its bias", languageModel(false));
    for (String name : List.of("relu", "gelu_new", "silu", "tanh")) {
      add(all, name, activation(name));
    }
    add(all, "dropout", dropout(RATE));
    add(all, "chain", chain());
    add(all, "feed-forward", feedForward(new Parameters()));
    add(all, "local", local(LOCAL));
    add(all, "local, both ways", local(new LocalConfig(16, 1, 1, false, true)));
    add(all, "local, long windows", local(new LocalConfig(3, 4, 0, true, false)));
    add(all, "lsh, chunked", lsh(CHUNKED));
    add(all, "lsh, chunked, both ways", lsh(CHUNKED.withCausal(false).withNeighbours(1, 1)));
    add(all, "lsh, sliding", lsh(SLIDING));
    add(all, "lsh, sliding, both ways", lsh(SLIDING.withCausal(false).withNeighbours(2, 1)));
    add(all, "exact", exact(true));
    add(all, "exact, both ways", exact(false));
    add(all, "learned positions", learned());
    add(all, "axial positions", axial());
    add(all, "embeddings", embeddings());
    add(all, "readout", readout());
    add(all, "reversible stack, chunked", stack(CHUNKED, 3));
    add(all, "reversible stack, sliding", stack(SLIDING, 4));
    add(all, "reversible stack, chunked, activations stored", storing(stack(CHUNKED, 3)));
    add(all, "reversible stack, sliding, activations stored", storing(stack(SLIDING, 4)));
    add(all, "reversible stack of nothing", stack(SLIDING, 0));
    return all.stream();
  }

  /// Those that are branches.
  static Stream<Named<BranchSubject>> branches() {
    return all()
        .filter(named -> named.getPayload() instanceof BranchSubject)
        .map(named -> Named.of(named.getName(), (BranchSubject) named.getPayload()));
  }

  /// Those that are row layers.
  static Stream<Named<RowSubject>> rowLayers() {
    return all()
        .filter(named -> named.getPayload() instanceof RowSubject)
        .map(named -> Named.of(named.getName(), (RowSubject) named.getPayload()));
  }

  private static void add(List<Named<Subject>> all, String name, Subject subject) {
    all.add(Named.of(name, subject));
  }

  /// Gives all parameters normal numbers, which depend on their names.
  static SequencedMap<String, Parameter> filled(Parameters parameters) {
    for (Parameter parameter : parameters.all().values()) {
      Tensor numbers = normal(new Random(parameter.name().hashCode()), parameter.shape());
      for (int i = 0; i < numbers.size(); i++) {
        numbers.data()[i] *= 0.5f;
      }
      parameter.fill(numbers);
    }
    return parameters.all();
  }

  static Tensor normal(Random random, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  static RowSubject norm(int width) {
    Parameters parameters = new Parameters();
    LayerNorm norm = LayerNorm.of(parameters.in("norm"), width, EPSILON);
    return new RowSubject(
        norm,
        filled(parameters),
        (x, numbers, draws) -> Reference.layerNorm(x, numbers.in("norm"), EPSILON));
  }

  static RowSubject dense(int in, int out) {
    Parameters parameters = new Parameters();
    Dense dense = Dense.withBias(parameters.in("dense"), in, out, 1);
    return new RowSubject(
        dense, filled(parameters), (x, numbers, draws) -> Reference.dense(x, numbers.in("dense")));
  }

  private static RowSubject denseWithoutBias() {
    Parameters parameters = new Parameters();
    Dense dense = Dense.withoutBias(parameters, D_MODEL, HEADS * HEAD_WIDTH, 1);
    return new RowSubject(
        dense, filled(parameters), (x, numbers, draws) -> Reference.dense(x, numbers.of("weight")));
  }

  private static RowSubject languageModel(boolean applyBias) {
    Parameters parameters = new Parameters();
    Dense head = Dense.languageModel(parameters, 2 * D_MODEL, VOCABULARY, 1, applyBias);
    return new RowSubject(
        head,
        filled(parameters),
        (x, numbers, draws) ->
            applyBias
                ? Reference.dense(x, numbers.of("decoder.weight"), numbers.of("bias"))
                : Reference.dense(x, numbers.of("decoder.weight")));
  }

  private static RowSubject activation(String name) {
    return new RowSubject(
        ActivationLayer.named(name, D_FEED_FORWARD),
        new Parameters().all(),
        (x, numbers, draws) -> Reference.activation(x, name));
  }

  static RowSubject dropout(double rate) {
    return new RowSubject(
        new Dropout("some.part.", D_MODEL, rate),
        new Parameters().all(),
        (x, numbers, draws) -> Reference.dropout(x, "some.part.", rate, draws));
  }

  private static RowSubject chain() {
    Parameters parameters = new Parameters();
    Chain chain =
        new Chain(
            LayerNorm.of(parameters.in("norm"), D_MODEL, EPSILON),
            new Dropout("first", D_MODEL, RATE),
            Dense.withBias(parameters.in("dense"), D_MODEL, VOCABULARY, 1),
            ActivationLayer.named("tanh", VOCABULARY),
            new Dropout("second", VOCABULARY, RATE));
    return new RowSubject(
        chain,
        filled(parameters),
        (x, numbers, draws) -> {
          double[][] normal = Reference.layerNorm(x, numbers.in("norm"), EPSILON);
          double[][] kept = Reference.dropout(normal, "first", RATE, draws);
          double[][] wide = Reference.dense(kept, numbers.in("dense"));
          return Reference.dropout(Reference.activation(wide, "tanh"), "second", RATE, draws);
        });
  }

  static BranchSubject feedForward(Parameters parameters) {
    FeedForward branch =
        FeedForward.of(
            parameters.in("ff"), D_MODEL, D_FEED_FORWARD, "gelu_new", EPSILON, 0.5, RATE);
    return new BranchSubject(
        branch, filled(parameters), D_MODEL, true, feedForwardDefinition("ff."));
  }

  private static BranchSubject.Function feedForwardDefinition(String name) {
    return (x, numbers, hashes, real, draws) ->
        Reference.feedForward(x, name, numbers, "gelu_new", EPSILON, RATE, draws);
  }

  static BranchSubject local(LocalConfig config) {
    Parameters parameters = new Parameters();
    Branch branch = LocalSelfAttention.of(parameters.in("local"), config, SHAPE);
    return new BranchSubject(
        branch, filled(parameters), D_MODEL, config.causal(), localDefinition("local.", config));
  }

  private static BranchSubject.Function localDefinition(String name, LocalConfig config) {
    return (x, numbers, hashes, real, draws) ->
        ReferenceAttention.local(x, name, numbers, config, SHAPE, real, draws);
  }

  static BranchSubject lsh(LshConfig config) {
    return lsh(config, Rotations.seeded(7));
  }

  static BranchSubject lsh(LshConfig config, Rotations rotations) {
    Parameters parameters = new Parameters();
    Branch branch = LshSelfAttention.of(parameters.in("lsh"), n -> config, rotations, SHAPE);
    return new BranchSubject(
        branch,
        filled(parameters),
        D_MODEL,
        config.causal() && config.chunking() == Chunking.SLIDING,
        lshDefinition("lsh.", config));
  }

  private static BranchSubject.Function lshDefinition(String name, LshConfig config) {
    return (x, numbers, hashes, real, draws) ->
        ReferenceAttention.lsh(x, name, numbers, config, SHAPE, hashes.orElseThrow(), real, draws);
  }

  private static BranchSubject exact(boolean causal) {
    Parameters parameters = new Parameters();
    Branch branch = ExactSelfAttention.of(parameters.in("exact"), causal, SHAPE);
    return new BranchSubject(
        branch,
        filled(parameters),
        D_MODEL,
        false, // it has no cache
        (x, numbers, hashes, real, draws) ->
            ReferenceAttention.exact(x, "exact.", numbers, causal, SHAPE, real, draws));
  }

  /// Blocks of local and LSH attention in turns.
  static StackSubject stack(LshConfig config, int depth) {
    return stack(config, depth, 7);
  }

  static StackSubject stack(LshConfig config, int depth, long rotationSeed) {
    Parameters parameters = new Parameters();
    List<ReversibleStack.Block> blocks = new ArrayList<>();
    List<BranchSubject.Function> attention = new ArrayList<>();
    List<BranchSubject.Function> feedForward = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      String name = "layers." + i;
      Parameters block = parameters.in(name);
      boolean local = i % 2 == 0;
      attention.add(
          local
              ? localDefinition(name + ".attention.", LOCAL)
              : lshDefinition(name + ".attention.", config));
      feedForward.add(feedForwardDefinition(name + ".ff."));
      blocks.add(
          new ReversibleStack.Block(
              local
                  ? LocalSelfAttention.of(block.in("attention"), LOCAL, SHAPE)
                  : LshSelfAttention.of(
                      block.in("attention"),
                      n -> config,
                      Rotations.seeded(rotationSeed + i),
                      SHAPE),
              FeedForward.of(
                  block.in("ff"), D_MODEL, D_FEED_FORWARD, "gelu_new", EPSILON, 0.5, RATE)));
    }
    return new StackSubject(
        new ReversibleStack(blocks),
        filled(parameters),
        D_MODEL,
        depth < 2 || (config.causal() && config.chunking() == Chunking.SLIDING),
        Activations.REVERSED,
        attention,
        feedForward);
  }

  private static StackSubject storing(StackSubject stack) {
    return new StackSubject(
        stack.stack(),
        stack.parameters(),
        stack.dModel(),
        stack.isCausal(),
        Activations.STORED,
        stack.attention(),
        stack.feedForward());
  }

  private static Subject learned() {
    Parameters parameters = new Parameters();
    Positions positions = LearnedPositions.of(parameters, POSITIONS, D_MODEL, 1);
    return new StartSubject(
        positions.getClass(),
        StartSubject.of(positions),
        filled(parameters),
        D_MODEL,
        position -> 0,
        (position, id, numbers) -> row(numbers.of("embedding.weight"), position, D_MODEL));
  }

  private static final List<Integer> AXES = List.of(12, 10, 11);
  private static final List<Integer> AXIS_WIDTHS = List.of(1, 2, 2);

  private static Subject axial() {
    Parameters parameters = new Parameters();
    Positions positions = AxialPositions.of(parameters, AXES, AXIS_WIDTHS, new Initial.Waves(1));
    return new StartSubject(
        positions.getClass(),
        StartSubject.of(positions),
        filled(parameters),
        D_MODEL,
        position -> 0,
        (position, id, numbers) -> axialRow(position, numbers));
  }

  /// The digits of a position are hours, minutes and seconds: `(p / 110, p / 11 mod 10, p mod 11)`.
  private static double[] axialRow(int position, Reference.Numbers numbers) {
    double[] hours = row(numbers.of("weights.0"), position / 110, 1);
    double[] minutes = row(numbers.of("weights.1"), position / 11 % 10, 2);
    double[] seconds = row(numbers.of("weights.2"), position % 11, 2);
    return new double[] {hours[0], minutes[0], minutes[1], seconds[0], seconds[1]};
  }

  private static Subject embeddings() {
    Parameters parameters = new Parameters();
    Embeddings embeddings =
        Embeddings.of(
            parameters.in("embeddings"),
            VOCABULARY,
            D_MODEL,
            1,
            RATE,
            scope -> AxialPositions.of(scope, AXES, AXIS_WIDTHS, new Initial.Normal(1)));
    return new StartSubject(
        embeddings.getClass(),
        new StartSubject.Starting() {
          @Override
          public void forward(int[] ids, Tensor rows, Pass pass) {
            embeddings.forward(ids, 0, rows, pass);
          }

          @Override
          public void backward(int[] ids, Tensor gradient, Pass pass) {
            embeddings.backward(ids, 0, gradient, pass);
          }
        },
        filled(parameters),
        D_MODEL,
        position -> position * 7 % VOCABULARY,
        (position, id, numbers) -> {
          double[] sum = axialRow(position, numbers.in("embeddings.position_embeddings")).clone();
          double[] word = row(numbers.of("embeddings.word_embeddings.weight"), id, D_MODEL);
          for (int k = 0; k < D_MODEL; k++) {
            sum[k] += word[k];
          }
          return sum;
        },
        RATE,
        "embeddings.");
  }

  private static Subject readout() {
    Parameters parameters = new Parameters();
    int wide = 2 * D_MODEL;
    Readout readout =
        new Readout(
            new Chain(
                LayerNorm.of(parameters.in("norm"), wide, EPSILON),
                new Dropout("end", wide, RATE),
                Dense.withBias(parameters.in("dense"), wide, VOCABULARY, 1)));
    return new ReadoutSubject(
        readout,
        filled(parameters),
        D_MODEL,
        (x, numbers, draws) -> {
          double[][] normal = Reference.layerNorm(x, numbers.in("norm"), EPSILON);
          double[][] kept = Reference.dropout(normal, "end", RATE, draws);
          return Reference.dense(kept, numbers.in("dense"));
        });
  }

  private static double[] row(double[] table, int row, int width) {
    return java.util.Arrays.copyOfRange(table, row * width, (row + 1) * width);
  }
}
