package dev.reformer4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// What one command line, run in this process, said, and how it ended.
public record CliRun(int code, String out, String err) {
  /// Runs it.
  public static CliRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int code = Cli.run(texts, new PrintWriter(out, true), new PrintWriter(err, true));
    return new CliRun(code, out.toString(), err.toString());
  }

  /// The last line on standard error, where an error is told.
  public String lastLine() {
    return err.lines().reduce((_, last) -> last).orElse("");
  }
}
