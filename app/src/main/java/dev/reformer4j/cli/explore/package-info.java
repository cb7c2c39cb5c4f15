/// The command `explore`.
package dev.reformer4j.cli.explore;
