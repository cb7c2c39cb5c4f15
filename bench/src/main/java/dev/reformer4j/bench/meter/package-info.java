/// Counts the arithmetic that attention really executes, on the library itself: a class loader of
/// its own puts counting kernels in the place of the real ones.
package dev.reformer4j.bench.meter;
