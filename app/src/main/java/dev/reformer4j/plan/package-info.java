/// Foresight: what an attention will cost in time and memory, and which one to choose.
///
/// Arithmetic is counted from the definitions and divided by a rate measured on this machine, now;
/// memory is the sum of what the library allocates. Letters as in [dev.reformer4j.attention].
package dev.reformer4j.plan;
