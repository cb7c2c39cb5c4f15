package dev.reformer4j.cli.chat;

import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.generate.Summary;
import dev.reformer4j.cli.generate.TextPrinter;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generation;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A text that a person and a model write in turns. What goes wrong in one turn is said, and leaves
/// the text as it was before.
final class Conversation {
  static final String HELP =
      """
      /save FILE  saves the text, to be gone on with later
      /load FILE  goes on with a saved text
      /reset      begins a new text
      /text       shows the text so far
      /help       shows this
      /exit       leaves, as Ctrl-D does
      //…         says a line that begins with a slash
      Ctrl-C stops an answer.\
      """;

  private final Generator generator;
  private final GenerateRequest request;
  private final Turns turns;
  private final LineSource lines;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private Session session;

  /// What stands around the user's lines in the text.
  record Turns(String before, String after) {
    String around(String line) {
      return before + line + after;
    }
  }

  Conversation(
      Generator generator,
      Session session,
      GenerateRequest request,
      Turns turns,
      LineSource lines,
      PrintWriter out,
      PrintWriter err,
      boolean terminal) {
    this.generator = generator;
    this.session = session;
    this.request = request;
    this.turns = turns;
    this.lines = lines;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /// Takes turns until the user leaves.
  ///
  /// @return the text as it is then
  Session run() throws IOException {
    while (true) {
      Optional<String> line = lines.next();
      if (line.isEmpty() || isExit(line.get())) {
        return session;
      }
      try {
        turn(line.get());
      } catch (UserError | IllegalArgumentException | IOException e) {
        err.println("reformer4j: " + e.getMessage());
      }
    }
  }

  private static boolean isExit(String line) {
    return line.strip().equals("/exit") || line.strip().equals("/quit");
  }

  private void turn(String line) throws IOException {
    if (line.isEmpty()) {
      return;
    }
    if (line.startsWith("//")) {
      answer(line.substring(1));
    } else if (line.startsWith("/")) {
      command(line.strip());
    } else {
      answer(line);
    }
  }

  private void command(String line) throws IOException {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space).strip();
    switch (name) {
      case "/help" -> out.println(HELP);
      case "/text" -> out.println(terminal ? TextPrinter.harmless(session.text()) : session.text());
      case "/reset" -> {
        session = generator.newSession();
        err.println("reformer4j: a new text");
      }
      case "/save" -> {
        Path file = file(rest, name);
        Destination.check(file);
        session.save(file);
        err.println("reformer4j: saved " + tokens() + " in " + file);
      }
      case "/load" -> {
        session = generator.restore(file(rest, name));
        err.println("reformer4j: going on after " + tokens() + "; /text shows them");
      }
      default ->
          throw new UserError(
              "'"
                  + name
                  + "' is no command; /help shows those there are, and a line that begins with // is no command");
    }
  }

  private String tokens() {
    return Say.count(session.length()) + (session.length() == 1 ? " token" : " tokens");
  }

  private static Path file(String rest, String command) {
    if (rest.isEmpty()) {
      throw new UserError(command + " needs a file; give one, such as " + command + " talk.r4j");
    }
    return Path.of(rest);
  }

  /// A turn that fails changes nothing: it is taken on a copy.
  private void answer(String line) {
    Session grown = session.copy();
    grown.append(turns.around(line));
    TextPrinter printer = new TextPrinter(out, terminal, List.of(""));
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicBoolean speaking = new AtomicBoolean();
    Thread working = Thread.currentThread();
    Runnable stop =
        () -> {
          stopped.set(true);
          // Reading a long text is a single step; between two tokens it is enough to say so.
          if (!speaking.get()) {
            working.interrupt();
          }
        };
    Generation generation;
    try (LineSource.Interrupting _ = lines.onInterrupt(stop)) {
      generation =
          generator.goOn(
              grown,
              request,
              (sequence, piece) -> {
                speaking.set(true);
                return printer.onText(sequence, piece) && !stopped.get();
              });
    }
    if (stopped.get()) {
      Thread.interrupted(); // it has done its work
    }
    printer.end();
    session = grown;
    if (terminal) {
      err.println("[" + Summary.sentence(generation) + "]");
    }
  }
}
