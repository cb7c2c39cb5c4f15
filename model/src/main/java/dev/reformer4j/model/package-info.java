/// The Reformer (Kitaev et al. 2020) as Hugging Face defines it: what a configuration says.
///
/// `n` tokens · `dModel` numbers per token between layers · `heads` of width `headSize` · `chunk`
/// tokens that attend to each other, with `before` and `after` chunks beside it · `rounds` of
/// hashing into `buckets`
package dev.reformer4j.model;
