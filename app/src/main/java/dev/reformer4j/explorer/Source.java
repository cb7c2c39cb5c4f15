package dev.reformer4j.explorer;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.words.Unit;
import java.util.List;
import java.util.Optional;

/// Where texts get their vectors from.
public interface Source extends AutoCloseable {
  /// What it is, in a few words.
  String name();

  /// The layers whose attention can be looked into; empty if there are none to choose from.
  List<Layer> layers();

  /// A layer of a model.
  ///
  /// @param index from 0
  /// @param hashes whether it is an LSH layer, which alone can be looked into
  record Layer(int index, boolean hashes) {}

  /// Reads a text.
  ///
  /// @param unit what a token is, where that can be chosen
  /// @param layer of a model; the first one that hashes if it is not given
  /// @param mostTokens a longer text is refused
  /// @throws IllegalArgumentException if there is nothing to see in it, it is too long, or there is
  ///   no such layer; its message says so in a sentence
  Material read(
      String text, Optional<Unit> unit, Optional<Integer> layer, int mostTokens, Workers workers);

  /// What goes on with a text, if this source can.
  Optional<Continuation> continuation();

  /// Gives back what it holds.
  @Override
  void close();
}
