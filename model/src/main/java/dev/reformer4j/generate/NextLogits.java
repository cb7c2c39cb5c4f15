package dev.reformer4j.generate;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/// A causal language model, as generation sees it.
public interface NextLogits {
  /// A Reformer that remembers: a new token costs the same however long the text is.
  ///
  /// @throws IllegalArgumentException if it is no causal language model
  static NextLogits remembering(Reformer model, Workers workers) {
    return new RememberingReformer(model, workers);
  }

  /// A Reformer that reads the whole text again for every token: slow, and by definition right.
  /// With sliding windows both kinds give the same bits (windows of more than 4,096 tokens aside);
  /// with chunked LSH attention, whose chunks later tokens move, they may differ.
  ///
  /// @throws IllegalArgumentException if it is no causal language model
  static NextLogits recomputing(Reformer model, Workers workers) {
    return new RecomputingReformer(model, workers);
  }

  /// How many ids there are; they are 0 … vocabularySize − 1.
  int vocabularySize();

  /// The longest text, in tokens.
  int positions();

  /// What is kept of an empty text.
  Past newPast();

  /// Goes on with several texts at once. The logits of one do not depend on the others.
  ///
  /// @param pasts made by this model, all different; each has seen its new ids afterwards. If this
  ///   throws they are of no use any more.
  /// @param newIds at least one for each
  /// @return `[pasts, vocabularySize]`: logits of the token after the last new id of each
  /// @throws java.util.concurrent.CancellationException if the thread is interrupted
  Tensor extend(List<Past> pasts, int[][] newIds);

  /// Reads what [Past#write] has written, which ends with the input.
  ///
  /// @throws IOException if the input is damaged; its message says how
  Past readPast(DataInput in) throws IOException;

  /// Says which model this is: two that differ in a setting or a weight have different ones.
  byte[] fingerprint();

  /// What a model keeps of a text that it has seen, in order to go on with it.
  interface Past {
    /// Tokens seen so far.
    int length();

    /// An independent copy.
    Past copy();

    /// Writes all of it, or nothing if it is quickly made again from the ids.
    void write(DataOutput out) throws IOException;
  }
}
