/// The layers of the Reformer, each with its forward and its backward pass.
///
/// `n` tokens · `dModel` width between layers · `dQk`, `dV` widths of one head · `in`, `out` widths
/// of a layer. Rows are `[n, width]`, row-major. A *panel* is `[width, 64]`: the rows of up to 64
/// tokens, transposed, so that tokens are lanes.
///
/// Two kinds of layers:
///
/// - A [RowLayer] treats every token by itself. It works on one panel at a time, in scratch that
///   stays in the cache, and never sees a whole sequence.
/// - A [Branch] is one half of a reversible block: a function of a whole sequence that is added to
///   the other half of the stream, and can be taken off again.
package dev.reformer4j.layer;
