/// The command `demo`.
package dev.reformer4j.cli.demo;
