/// Generation: from logits to tokens, from tokens to text.
///
/// The words: *ids* are the tokens of a text as numbers · its *logits* are what a model says of the
/// next token, one number per id of the vocabulary · *positions* are the places a model has for
/// tokens · a *session* is a text that grows, with all the model needs to go on with it.
///
/// Nothing here depends on what else is in a batch: every text is what it would be alone, and every
/// random number has an address (seed, sequence, position) instead of a history.
package dev.reformer4j.generate;
