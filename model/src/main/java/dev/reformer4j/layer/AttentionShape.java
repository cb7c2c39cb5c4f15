package dev.reformer4j.layer;

import java.util.List;

/// The widths of an attention branch, and how its layers begin.
///
/// @param dModel width between layers
/// @param heads independent attentions
/// @param headWidth numbers in one vector of one head; need not divide dModel
/// @param epsilon of the layer norm
/// @param deviation standard deviation of initial weights
/// @param dropout rate behind the output projection
/// @param weightDropout rate of the attention weights
public record AttentionShape(
    int dModel,
    int heads,
    int headWidth,
    double epsilon,
    double deviation,
    double dropout,
    double weightDropout) {

  LayerNorm norm(Parameters parameters) {
    return LayerNorm.of(parameters.in("layer_norm"), dModel, epsilon);
  }

  /// A projection to all heads; none of them has a bias.
  Dense projection(Parameters parameters) {
    return Dense.withoutBias(parameters, dModel, heads * headWidth, deviation);
  }

  /// The projections of an attention whose queries are its keys: those, and the values.
  List<Dense> sharedRoles(Parameters parameters) {
    Parameters self = parameters.in("self_attention");
    return List.of(projection(self.in("query_key")), projection(self.in("value")));
  }

  /// The projections of an attention with queries and keys of their own.
  List<Dense> separateRoles(Parameters parameters) {
    Parameters self = parameters.in("self_attention");
    return List.of(
        projection(self.in("query")), projection(self.in("key")), projection(self.in("value")));
  }

  /// The output projection.
  Dense output(Parameters parameters) {
    return Dense.withoutBias(
        parameters.in("output").in("dense"), heads * headWidth, dModel, deviation);
  }

  /// Dropout behind the output projection.
  Dropout outputDropout(Parameters parameters) {
    return new Dropout(parameters.in("output").in("dense").name(), dModel, dropout);
  }
}
