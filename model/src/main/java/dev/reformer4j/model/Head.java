package dev.reformer4j.model;

import dev.reformer4j.layer.ActivationLayer;
import dev.reformer4j.layer.Chain;
import dev.reformer4j.layer.Dense;
import dev.reformer4j.layer.Dropout;
import dev.reformer4j.layer.LayerNorm;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.layer.Readout;

/// What is read off both streams: the last hidden state, and the answer of a head. Both begin with
/// the layer norm that ends the stack.
///
/// @param hidden `[2 · dModel]` per token: Hugging Face's `last_hidden_state`
/// @param logits the answer; the hidden state again if there is no head
record Head(HeadKind kind, Readout hidden, Readout logits) {
  /// Builds a head under the names of Hugging Face.
  ///
  /// @param encoder scope of the layer norm
  /// @param model scope of the head
  /// @param applyBias whether `lm_head.bias` is added, which transformers 5 does not
  static Head of(
      HeadKind kind,
      ReformerConfig config,
      Parameters encoder,
      Parameters model,
      boolean applyBias) {
    int wide = 2 * config.dModel();
    Chain norm =
        new Chain(
            LayerNorm.of(encoder.in("layer_norm"), wide, config.layerNormEpsilon()),
            new Dropout(encoder.name(), wide, config.hiddenDropout()));
    double deviation = config.initializerRange();
    Readout hidden = new Readout(norm);
    Readout logits =
        switch (kind) {
          case LANGUAGE_MODEL, MASKED_LANGUAGE_MODEL ->
              new Readout(
                  new Chain(
                      norm,
                      Dense.languageModel(
                          model.in("lm_head"),
                          wide,
                          config.vocabularySize(),
                          deviation,
                          applyBias)));
          case CLASSIFICATION -> {
            Parameters classifier = model.in("classifier");
            Dense dense = Dense.withBias(classifier.in("dense"), wide, config.dModel(), deviation);
            Dense out =
                Dense.withBias(
                    classifier.in("out_proj"), config.dModel(), config.labels().size(), deviation);
            double dropout = config.classifierDropout();
            yield new Readout(
                new Chain(
                    norm,
                    new Dropout(classifier.in("before").name(), wide, dropout),
                    dense,
                    ActivationLayer.named("tanh", config.dModel()),
                    new Dropout(classifier.in("after").name(), config.dModel(), dropout),
                    out));
          }
          case QUESTION_ANSWERING ->
              new Readout(
                  new Chain(norm, Dense.withBias(model.in("qa_outputs"), wide, 2, deviation)));
          case NONE -> hidden;
        };
    return new Head(kind, hidden, logits);
  }

  /// @throws IllegalArgumentException if there is no head
  void require() {
    if (kind == HeadKind.NONE) {
      throw new IllegalArgumentException(
          "this model has no head, so it has no logits; ask for its hidden state, or load one whose"
              + " architectures in config.json name a head");
    }
  }
}
