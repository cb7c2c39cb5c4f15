/// Attention, inference and training over the machines of an Apache Spark cluster.
///
/// Spark carries the data, shuffles, retries and places; what is computed is the library's, through
/// its exported packages. Bad input is told on the driver, and before the job that would meet it
/// where that is possible.
///
/// `n` tokens of one sequence · a *row* is one token of the data · `rounds` of hashing · a *group*
/// is the bucket order of one (sequence, head, round) · a *key* is a place in it: `bucket · n +
/// position`, so that keys in order are tokens in bucket order, and no two are alike · a *rank* is
/// how many keys of the group are smaller.
package dev.reformer4j.spark;
