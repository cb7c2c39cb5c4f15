/// `reformer4j bench`: how long attention takes on this machine, by length and kind.
///
/// A *variant* is a kind and a pass; at every length the variants take turns, so that whatever else
/// the machine does falls on all of them, and the median of each is what is reported.
package dev.reformer4j.cli.bench;
