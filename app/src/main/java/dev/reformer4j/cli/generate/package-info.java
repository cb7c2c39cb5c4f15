/// `reformer4j generate` and what it shares with `chat`: how tokens are chosen, and text that is
/// shown while it comes.
package dev.reformer4j.cli.generate;
