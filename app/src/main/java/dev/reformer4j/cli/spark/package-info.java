/// The command that says how to run on a Spark cluster.
package dev.reformer4j.cli.spark;
