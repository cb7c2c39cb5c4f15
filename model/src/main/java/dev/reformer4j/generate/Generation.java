package dev.reformer4j.generate;

import java.util.List;

/// The result of one call of the generator.
///
/// @param completions one for every prompt, in their order
public record Generation(List<Completion> completions, Timing timing) {}
