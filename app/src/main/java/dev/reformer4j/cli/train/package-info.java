/// Training and evaluation on the command line.
package dev.reformer4j.cli.train;
