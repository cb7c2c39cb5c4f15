package dev.reformer4j.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// What the stage does with every text.
enum Task {
  /// The mean of the last hidden states.
  EMBED,
  /// How well the model foretells it: `bits`, over `tokens` and `bytes`.
  SCORE,
  /// The likeliest `label`, and the `probabilities` of all in the order of the model.
  CLASSIFY,
  /// How it goes on.
  GENERATE;

  /// The type of the output column.
  DataType type() {
    return switch (this) {
      case EMBED -> DataTypes.createArrayType(DataTypes.FloatType, false);
      case SCORE ->
          new StructType()
              .add("bits", DataTypes.DoubleType)
              .add("tokens", DataTypes.LongType)
              .add("bytes", DataTypes.LongType);
      case CLASSIFY ->
          new StructType()
              .add("label", DataTypes.StringType)
              .add("probabilities", DataTypes.createArrayType(DataTypes.DoubleType, false));
      case GENERATE -> DataTypes.StringType;
    };
  }

  /// @throws BadInputException if there is none of that name
  static Task named(String name) {
    return Arrays.stream(values())
        .filter(task -> task.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new BadInputException(
                "task is '" + name + "', but must be one of " + String.join(", ", names())));
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Task::toString).collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
