/// The command line: what a user types, what is checked before work begins, and how everything that
/// goes wrong becomes one sentence and an exit code.
///
/// Exit codes: 0 done, 1 a defect of this program, 2 something the user can put right. Results go
/// to standard output, everything said about them to standard error.
///
/// A subcommand is a class with picocli's `@Command` that is listed in [dev.reformer4j.cli.Main];
/// it prints to the writers of its `CommandLine`, never to `System.out`, and throws
/// [dev.reformer4j.cli.UserError].
package dev.reformer4j.cli;
