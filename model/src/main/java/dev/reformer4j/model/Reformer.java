package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Embeddings;
import dev.reformer4j.layer.LshSelfAttention;
import dev.reformer4j.layer.PanelLoss;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.layer.Pass;
import dev.reformer4j.layer.ReversibleStack;
import dev.reformer4j.layer.SelfAttention;
import dev.reformer4j.layer.SpareArrays;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;

/// The Reformer (Kitaev, Kaiser, Levskaya 2020): embeddings, a reversible stack of attention and
/// feed-forward, and a head.
///
/// {@snippet :
/// Reformer model = Reformer.load(Path.of("reformer-enwik8"));
/// try (Workers workers = Workers.allProcessors()) {
///   Tensor logits = model.logits(ids, workers); // [n, vocabulary]
/// }
/// }
///
/// A sequence is always computed by itself: what others are computed beside it never changes its
/// numbers. An instance may be shared by threads; it does not change unless training changes it.
public final class Reformer {
  /// What a backward pass has left, for another of the same shape: others take arrays of other
  /// lengths, or not as many, beside which these would only lie about.
  private record Spare(int n, Activations activations, SoftReference<SpareArrays> arrays) {
    static final Spare NONE = new Spare(0, Activations.REVERSED, new SoftReference<>(null));
  }

  private final ReformerConfig config;
  private final LoadOptions options;
  private final Parameters parameters;
  private final Embeddings embeddings;
  private final ReversibleStack stack;
  private final Head head;
  private final CachedPass cachedPass;

  /// What the last backward pass has left for the next, unless memory was wanted in between.
  private final AtomicReference<Spare> spare = new AtomicReference<>(Spare.NONE);

  Reformer(
      ReformerConfig config,
      LoadOptions options,
      Parameters parameters,
      Embeddings embeddings,
      ReversibleStack stack,
      Head head) {
    this.config = config;
    this.options = options;
    this.parameters = parameters;
    this.embeddings = embeddings;
    this.stack = stack;
    this.head = head;
    this.cachedPass = new CachedPass(config, embeddings, stack, head.logits());
  }

  /// Loads a model from a directory as `save_pretrained` writes it: `config.json` and weights.
  ///
  /// @throws TensorFileException if a file is missing, broken, or contradicts another
  public static Reformer load(Path directory) throws TensorFileException {
    return load(directory, LoadOptions.defaults());
  }

  /// The same with options.
  ///
  /// @throws TensorFileException if a file is missing, broken, or contradicts another
  public static Reformer load(Path directory, LoadOptions options) throws TensorFileException {
    return ModelFiles.load(directory, options);
  }

  /// A model that has not learnt anything. The numbers of a parameter depend on the seed and on its
  /// name alone.
  public static Reformer create(ReformerConfig config, long seed) {
    Reformer model = declare(config);
    for (Parameter parameter : model.parameters().values()) {
      parameter.fill(parameter.initial().draw(seed, parameter.name(), parameter.shape()));
    }
    return model;
  }

  /// A model whose parameters have names and shapes, and no numbers yet.
  public static Reformer declare(ReformerConfig config) {
    HeadKind kind = HeadKind.named(config.architectures()).orElse(HeadKind.defaultFor(config));
    return Building.build(kind.namedIn(config), kind, LoadOptions.defaults());
  }

  /// The model of a directory, whose parameters have names and shapes, and no numbers yet: to look
  /// at it, or to find out whether it fits, before it is loaded.
  ///
  /// @throws TensorFileException if a file is missing or broken
  public static Reformer declare(Path directory) throws TensorFileException {
    return ModelFiles.declare(directory);
  }

  /// The same numbers, not copies of them, in a model whose LSH layers hash another number of
  /// rounds. It is for looking at: after this model has been trained further, ask for another.
  ///
  /// @throws IllegalArgumentException if rounds is below 1
  public Reformer withRounds(int rounds) {
    return sharing(config.toBuilder().rounds(rounds).build(), options);
  }

  /// The same numbers, not copies of them, in a model whose LSH layers compute every pair: the
  /// attention that hashing approximates. As [#withRounds].
  public Reformer withExactAttention() {
    return sharing(config, options.withExactAttention(true));
  }

  private Reformer sharing(ReformerConfig config, LoadOptions options) {
    Reformer other = Building.build(config, head.kind(), options);
    for (Parameter parameter : other.parameters().values()) {
      parameter.fill(parameters().get(parameter.name()).value());
    }
    return other;
  }

  /// Writes the weights and then `config.json` into a directory, each whole or not at all; Hugging
  /// Face loads them. Into a directory of its own: if the process is killed between the two, over
  /// another model, its config.json stands beside these weights, and loading says so.
  ///
  /// @param dtype `F32`, `F16` or `BF16`
  /// @throws TensorFileException if it cannot be written, or a number does not fit the dtype
  public void save(Path directory, DType dtype) throws TensorFileException {
    ModelFiles.save(this, directory, dtype);
  }

  /// What defines it.
  public ReformerConfig config() {
    return config;
  }

  /// What stands on the stack.
  public HeadKind headKind() {
    return head.kind();
  }

  /// Its parameters by their names in Hugging Face.
  public SequencedMap<String, Parameter> parameters() {
    return parameters.all();
  }

  /// The most tokens that a sequence can have.
  public int positions() {
    return config.maxLength();
  }

  /// The last hidden state of a sequence.
  ///
  /// @return `[n, 2 · dModel]`
  /// @throws IllegalArgumentException if there are no ids, an id is outside the vocabulary, or
  ///   there are more than positions, or than the result has room for
  public Tensor hidden(int[] ids, Workers workers) {
    Ids.checkRoom(ids.length, head.hidden().out());
    return encode(ids, Optional.empty(), workers).hidden();
  }

  /// The last hidden state of a sequence with padding.
  ///
  /// @param mask `[n]`, true for a token and false for padding, which no token sees
  /// @return `[n, 2 · dModel]`
  /// @throws IllegalArgumentException as [#hidden(int[], Workers)], or if the mask does not fit
  public Tensor hidden(int[] ids, boolean[] mask, Workers workers) {
    Ids.checkRoom(ids.length, head.hidden().out());
    return encode(ids, Optional.of(mask), workers).hidden();
  }

  /// What the head says of a sequence.
  ///
  /// @return of language models `[n, vocabulary]`; of classification `[labels]`; of question
  ///   answering `[n, 2]`: begin and end
  /// @throws IllegalArgumentException if there are no ids, an id is outside the vocabulary, there
  ///   are more than positions, or than the result has room for, or the model has no head
  public Tensor logits(int[] ids, Workers workers) {
    return logits(ids, Optional.empty(), workers);
  }

  /// What the head says of a sequence with padding.
  ///
  /// @param mask `[n]`, true for a token and false for padding, which no token sees
  /// @throws IllegalArgumentException as [#logits(int[], Workers)], or if the mask does not fit
  public Tensor logits(int[] ids, boolean[] mask, Workers workers) {
    return logits(ids, Optional.of(mask), workers);
  }

  private Tensor logits(int[] ids, Optional<boolean[]> mask, Workers workers) {
    head.require();
    Ids.checkRoom(answers(ids.length), head.logits().out());
    return encode(ids, mask, workers).logits();
  }

  /// Takes a sequence to the end of the stack, for those who want to read off more than one thing,
  /// or less than all.
  ///
  /// @throws IllegalArgumentException if there are no ids, an id is outside the vocabulary, or
  ///   there are more than positions
  public Encoded encode(int[] ids, Workers workers) {
    return encode(ids, Optional.empty(), workers);
  }

  private Encoded encode(int[] ids, Optional<boolean[]> mask, Workers workers) {
    Streams streams = embed(ids, 0, mask, Draws.NONE, workers);
    stack.forward(streams.first(), streams.second(), streams.pass());
    return new Encoded(streams, head, ids.length);
  }

  /// What the attention of one layer reads of a sequence, to be looked into.
  ///
  /// @param layer counted from 0
  /// @throws IllegalArgumentException as [#encode(int[], Workers)], or if there is no such layer
  public LayerAttention attention(int[] ids, int layer, Workers workers) {
    int layers = stack.blocks().size();
    if (layer < 0 || layer >= layers) {
      throw new IllegalArgumentException(
          "layer " + layer + " does not exist; there are " + layers + ", counted from 0");
    }
    Streams streams = embed(ids, 0, Optional.empty(), Draws.NONE, workers);
    stack.forward(streams.first(), streams.second(), layer, streams.pass());
    SelfAttention attention = stack.blocks().get(layer).attention();
    AttentionInput input = attention.project(streams.second(), streams.pass());
    Optional<LayerAttention.Lsh> lsh =
        attention instanceof LshSelfAttention hashing
            ? Optional.of(new LayerAttention.Lsh(hashing.config(input.n()), hashing.rotations()))
            : Optional.empty();
    return new LayerAttention(layer, config.layers().get(layer), input, lsh);
  }

  private Streams embed(int[] ids, int at, Optional<boolean[]> mask, Draws draws, Workers workers) {
    Ids.check(ids, config.vocabularySize(), at, positions());
    return Streams.of(config, embeddings, ids, at, mask, draws, workers);
  }

  /// What a backward pass found.
  ///
  /// @param loss summed over tokens
  /// @param drift how far reversal has gone astray: the largest difference between the embeddings
  ///   and what taking all blocks off the stack again has left, relative to the largest number in
  ///   the embeddings; empty if activations were stored
  public record Backward(double loss, OptionalDouble drift) {}

  /// Computes a loss on the logits of a sequence and goes backward: the gradients of the parameters
  /// accumulate. Dropout is applied to hidden states and attention weights as the configuration
  /// says.
  ///
  /// @param at position of the first token: sequences shorter than the positions can be learnt
  ///   anywhere among them
  /// @param loss on the logits of every token; of a classification model, of the first alone
  /// @param draws the random numbers of dropout
  /// @param activations kept, or computed again on the way back (paper, section 3.2), so that
  ///   memory does not grow with depth
  /// @throws IllegalArgumentException as [#logits(int[], Workers)]
  public Backward backward(
      int[] ids, int at, PanelLoss loss, Draws draws, Activations activations, Workers workers) {
    head.require();
    Streams streams = embed(ids, at, Optional.empty(), draws, workers);
    Tensor stream1 = streams.first();
    Tensor stream2 = streams.second();
    SpareArrays arrays = takeSpare(ids.length, activations);
    Pass pass = streams.pass().withSpare(arrays);
    ReversibleStack.Trail trail = stack.forwardForBackward(stream1, stream2, activations, pass);
    Tensor gradient1 = Tensor.zeros(stream1.shape());
    Tensor gradient2 = Tensor.zeros(stream1.shape());
    double sum =
        head.logits()
            .backward(stream1, stream2, answers(ids.length), loss, gradient1, gradient2, pass);
    stack.backward(stream1, stream2, gradient1, gradient2, trail, pass);
    spare.set(new Spare(ids.length, activations, new SoftReference<>(arrays)));
    OptionalDouble drift = OptionalDouble.empty();
    if (activations == Activations.REVERSED) {
      Streams begun = embed(ids, at, Optional.empty(), draws, workers);
      drift = OptionalDouble.of(begun.distance(streams));
    }
    addTo(gradient1, gradient2);
    embeddings.backward(ids, at, gradient1, pass);
    return new Backward(sum, drift);
  }

  /// The arrays that the last pass has left, if it was of this shape, and is not going on.
  private SpareArrays takeSpare(int n, Activations activations) {
    Spare left = spare.getAndSet(Spare.NONE);
    boolean fits = left.n == n && left.activations == activations;
    SpareArrays arrays = fits ? left.arrays.get() : null;
    return arrays == null ? new SpareArrays() : arrays;
  }

  /// The same for a sequence that begins at position 0, with activations computed again.
  ///
  /// @return the loss, summed over tokens
  /// @throws IllegalArgumentException as [#logits(int[], Workers)]
  public double backward(int[] ids, PanelLoss loss, Draws draws, Workers workers) {
    return backward(ids, 0, loss, draws, Activations.REVERSED, workers).loss();
  }

  /// Computes a loss on the logits of a sequence, without going backward.
  ///
  /// @return the loss, summed over positions
  /// @throws IllegalArgumentException as [#logits(int[], Workers)]
  public double loss(int[] ids, PanelLoss loss, Workers workers) {
    head.require();
    Streams streams = embed(ids, 0, Optional.empty(), Draws.NONE, workers);
    stack.forward(streams.first(), streams.second(), streams.pass());
    return head.logits()
        .loss(streams.first(), streams.second(), answers(ids.length), loss, streams.pass());
  }

  /// Logits of one position: the size of the vocabulary, the number of labels, or 2.
  ///
  /// @throws IllegalArgumentException if the model has no head
  public int answerWidth() {
    head.require();
    return head.logits().out();
  }

  /// Both streams begin as the embeddings, so their gradients add up.
  private static void addTo(Tensor sum, Tensor other) {
    for (int i = 0; i < sum.size(); i++) {
      sum.data()[i] += other.data()[i];
    }
  }

  /// How many positions the head speaks of.
  private int answers(int n) {
    return head.kind() == HeadKind.CLASSIFICATION ? 1 : n;
  }

  /// An empty cache for one sequence that grows.
  ///
  /// @throws IllegalArgumentException if the model does not speak, is not causal, or its attention
  ///   looks ahead
  public ModelCache newCache() {
    requireSpeech();
    return cachedPass.newCache();
  }

  /// Reads a cache that [ModelCache#write] wrote for this model. That it was this one and not
  /// another of the same configuration, the caller must know.
  ///
  /// @throws IllegalArgumentException as [#newCache]
  /// @throws IOException if it was written with another configuration, is damaged, or ends early
  public ModelCache readCache(DataInput in) throws IOException {
    requireSpeech();
    return cachedPass.readCache(in);
  }

  private void requireSpeech() {
    if (!head.kind().speaks()) {
      throw new IllegalArgumentException(
          "this model is a "
              + head.kind().architecture()
              + ", which does not say what comes next; only language models grow token by token, so"
              + " compute the whole sequence");
    }
  }

  /// Appends ids to sequences and says what may come next.
  ///
  /// With sliding windows the logits are, to the bit, those of [#logits(int[], Workers)] at the
  /// last position, however the sequence was split and whatever else is in the batch. With chunked
  /// LSH attention a token that is appended sees what Hugging Face's cached step sees.
  ///
  /// @param caches the past of every sequence, which grow; each one once
  /// @param newIds at least one id for each
  /// @return `[sequences, vocabulary]` after the last id of each
  /// @throws IllegalArgumentException if an id is outside the vocabulary, a sequence grows beyond
  ///   the positions, or a cache is another model's or given twice; no cache has changed then. If
  ///   the pass itself fails, because its numbers overflow, the caches are of no use any more, and
  ///   say so
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted; the
  ///   caches are of no use any more
  public Tensor extend(List<ModelCache> caches, int[][] newIds, Workers workers) {
    return cachedPass.extend(caches, newIds, workers);
  }
}
