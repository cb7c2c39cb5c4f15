package dev.reformer4j.train;

import java.util.OptionalDouble;

/// What one step did.
///
/// @param number counted from 1
/// @param loss mean over the positions that were learnt from, in nats; NaN if the step was skipped
/// @param accuracy share of those positions whose target had the largest logit
/// @param gradientNorm length of the gradient before clipping
/// @param rate learning rate
/// @param tokens ids that were read
/// @param seconds it took
/// @param drift the largest of the batch ([dev.reformer4j.model.Reformer.Backward#drift]); empty if
///   activations were stored
/// @param skipped whether loss or gradient were not finite, and nothing was changed
public record Step(
    long number,
    double loss,
    double accuracy,
    double gradientNorm,
    double rate,
    long tokens,
    double seconds,
    OptionalDouble drift,
    boolean skipped) {}
