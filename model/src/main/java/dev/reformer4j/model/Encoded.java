package dev.reformer4j.model;

import dev.reformer4j.layer.Readout;
import dev.reformer4j.tensor.Tensor;

/// A sequence at the end of the stack, of which its last hidden state and its logits are read off,
/// as often and in whatever order they are wanted. It takes `2 · n · dModel` numbers.
public final class Encoded {
  private final Streams streams;
  private final Head head;
  private final int n;

  /// @param streams at the end of the stack, padding included
  /// @param n tokens without padding
  Encoded(Streams streams, Head head, int n) {
    this.streams = streams;
    this.head = head;
    this.n = n;
  }

  /// The last hidden state, `[n, 2 · dModel]`.
  ///
  /// @throws IllegalArgumentException if an array has no room for it
  public Tensor hidden() {
    return read(head.hidden(), 0, n);
  }

  /// What the head says: of language models `[n, vocabulary]`; of classification `[labels]`; of
  /// question answering `[n, 2]`: begin and end.
  ///
  /// @throws IllegalArgumentException if the model has no head, or an array has no room for it
  public Tensor logits() {
    head.require();
    if (head.kind() == HeadKind.CLASSIFICATION) {
      Tensor labels = read(head.logits(), 0, 1);
      return labels.reshape(labels.dim(1));
    }
    return read(head.logits(), 0, n);
  }

  /// What a language model says of the last token alone: `[vocabulary]`.
  ///
  /// @throws IllegalArgumentException if the model has no head
  public Tensor lastLogits() {
    head.require();
    Tensor last = read(head.logits(), n - 1, 1);
    return last.reshape(last.dim(1));
  }

  private Tensor read(Readout readout, int first, int count) {
    Ids.checkRoom(count, readout.out());
    Tensor result = Tensor.zeros(count, readout.out());
    readout.forward(streams.first(), streams.second(), first, result, streams.pass());
    return result;
  }
}
