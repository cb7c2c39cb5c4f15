/// The definitions, written down literally in double precision and never tuned: what the fast code
/// is tested against.
///
/// Who sees whom ([LshPattern], [WindowPattern]) is apart from what a seen key weighs
/// ([HeadAttention]): a pattern lists, for every query, every key it meets; then there is one
/// softmax over that list. Everything is O(n²) or worse. The definitions themselves are tested
/// against Hugging Face and torch (golden data) and central differences.
package dev.reformer4j.attention.reference;
