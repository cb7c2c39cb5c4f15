/// Texts with labels, from the tables that people keep them in.
package dev.reformer4j.cli.table;
