package dev.reformer4j.generate;

/// What was generated after one prompt.
///
/// @param text without what ended it
/// @param ids every token that was drawn, including an end or the tokens of a stop string
/// @param reason why it ends
public record Completion(String text, int[] ids, FinishReason reason) {}
