package dev.reformer4j.cli.chat;

import java.io.IOException;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// Lines that a person types and edits on a terminal. Ctrl-C takes back a line, Ctrl-D on an empty
/// one ends.
final class EditedLines implements LineSource {
  private final Terminal terminal;
  private final LineReader reader;

  EditedLines() throws IOException {
    this.terminal = TerminalBuilder.builder().system(true).build();
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine("> "));
      } catch (UserInterruptException e) {
        terminal.writer().println("Ctrl-D or /exit leaves.");
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public Interrupting onInterrupt(Runnable stop) {
    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, _ -> stop.run());
    return () -> terminal.handle(Terminal.Signal.INT, before);
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
