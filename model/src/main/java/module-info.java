/// The Reformer and its checkpoints, on top of the attention.
// requires-automatic: DJL's jars have no module descriptors, only fixed names.
@SuppressWarnings("requires-automatic")
module dev.reformer4j.model {
  requires transitive dev.reformer4j.attention;
  requires ai.djl.sentencepiece;
  requires ai.djl.tokenizers;
  requires tools.jackson.core;

  exports dev.reformer4j.checkpoint;
  exports dev.reformer4j.generate;
  exports dev.reformer4j.layer;
  exports dev.reformer4j.model;
  exports dev.reformer4j.text;
  exports dev.reformer4j.train;
}
