package dev.reformer4j.layer;

/// A learned vector for every position.
public final class LearnedPositions implements Positions {
  private final Parameter table;
  private final int dModel;

  private LearnedPositions(Parameter table) {
    this.table = table;
    this.dModel = table.dim(1);
  }

  /// A table under the names of Hugging Face.
  public static LearnedPositions of(
      Parameters parameters, int length, int dModel, double deviation) {
    return new LearnedPositions(
        parameters.declare("embedding.weight", new Initial.Normal(deviation), length, dModel));
  }

  @Override
  public void addTo(int position, float[] rows, int row) {
    float[] numbers = table.value().data();
    for (int k = 0; k < dModel; k++) {
      rows[row + k] += numbers[position * dModel + k];
    }
  }

  @Override
  public void backward(int position, float[] gradients, int row) {
    float[] sums = table.gradient().data();
    for (int k = 0; k < dModel; k++) {
      sums[position * dModel + k] += gradients[row + k];
    }
  }
}
