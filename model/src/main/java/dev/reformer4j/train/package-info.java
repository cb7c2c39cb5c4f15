/// Training: data in a reproducible order, losses, optimisers, schedules, the trainer and its
/// checkpoints, and evaluation.
///
/// `n` tokens of one sequence · `vocabulary` ids · a *step* changes the parameters once, from the
/// gradients of all sequences of its batch. Everything that is drawn has an address (seed, step,
/// sequence), so a run that was killed and resumed ends with the bits of one that was not.
package dev.reformer4j.train;
