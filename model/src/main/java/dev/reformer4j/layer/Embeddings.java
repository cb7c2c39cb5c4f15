package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;
import java.util.function.Function;

/// What a token is, before it has looked around: the vector of its id plus that of its position.
public final class Embeddings {
  private final Parameter words;
  private final Positions positions;
  private final Dropout dropout;
  private final int dModel;

  private Embeddings(Parameter words, Positions positions, Dropout dropout) {
    this.words = words;
    this.positions = positions;
    this.dropout = dropout;
    this.dModel = words.dim(1);
  }

  /// Embeddings under the names of Hugging Face.
  public static Embeddings of(
      Parameters parameters,
      int vocabulary,
      int dModel,
      double deviation,
      double dropout,
      Function<Parameters, Positions> positions) {
    Parameter words =
        parameters.declare(
            "word_embeddings.weight", new Initial.Normal(deviation), vocabulary, dModel);
    return new Embeddings(
        words,
        positions.apply(parameters.in("position_embeddings")),
        new Dropout(parameters.name(), dModel, dropout));
  }

  /// Embeds ids at positions `first …`.
  ///
  /// @param rows `[≥ ids, dModel]`, filled; rows beyond the ids stay as they are
  public void forward(int[] ids, int first, Tensor rows, Pass pass) {
    Blocks.forEach(
        ids.length,
        pass.workers(),
        () ->
            (from, count) -> {
              for (int i = from; i < from + count; i++) {
                embed(ids[i], first + i, rows, i);
              }
              dropout.applyToRows(pass.draws(), rows.data(), from, count, first);
            });
  }

  /// Embeds one id at one position into a row.
  public void embed(int id, int position, Tensor rows, int row) {
    System.arraycopy(words.value().data(), id * dModel, rows.data(), row * dModel, dModel);
    positions.addTo(position, rows.data(), row * dModel);
  }

  /// Adds the gradients of ids and positions to the parameters, in order of tokens.
  ///
  /// @param gradient `[≥ ids, dModel]`; what dropout drops becomes 0 in it
  public void backward(int[] ids, int first, Tensor gradient, Pass pass) {
    dropout.applyToRows(pass.draws(), gradient.data(), 0, ids.length, first);
    float[] sums = words.gradient().data();
    for (int i = 0; i < ids.length; i++) {
      for (int k = 0; k < dModel; k++) {
        sums[ids[i] * dModel + k] += gradient.data()[i * dModel + k];
      }
      positions.backward(first + i, gradient.data(), i * dModel);
    }
  }
}
