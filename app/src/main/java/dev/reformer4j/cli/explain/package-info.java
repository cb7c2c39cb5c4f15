/// The command `explain`.
package dev.reformer4j.cli.explain;
