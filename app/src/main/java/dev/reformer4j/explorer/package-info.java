/// The explorer: one page that shows LSH attention over a reader's own text, and the small server
/// behind it.
///
/// `n` tokens · `dQk` query/key width · `rounds` of hashing, of which some are switched on ·
/// `columns` of one rotation. Everything shown is computed by what the command line uses; the page
/// draws it.
package dev.reformer4j.explorer;
