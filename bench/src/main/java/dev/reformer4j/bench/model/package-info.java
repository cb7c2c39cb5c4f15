/// Measurements of whole models. What Hugging Face saved is loaded, the scripts in `bench/peers`
/// compare the results, and only then is anything timed.
///
/// `n` tokens of one sequence · `ids` of the vocabulary
package dev.reformer4j.bench.model;
