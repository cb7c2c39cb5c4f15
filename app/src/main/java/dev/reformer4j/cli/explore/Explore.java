package dev.reformer4j.cli.explore;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.explorer.Explorer;
import dev.reformer4j.explorer.Export;
import dev.reformer4j.explorer.Source;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j explore`.
@Command(
    name = "explore",
    sortOptions = false,
    description = {
      "See LSH attention in a browser, on your own text: which bucket, why, what is computed, what"
          + " is lost.",
      "Serves one page on this machine until Ctrl-C, or writes it into one file."
    },
    footer = {
      "",
      "  reformer4j explore --open",
      "  reformer4j explore --model enwik8 --port 8080",
      "  reformer4j explore --words",
      "  reformer4j explore --text 'To be, or not to be, that is the question' --export out.html"
    })
public final class Explore implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--words",
      description =
          "Vectors of words, learnt on the spot from the company that they keep in a novel, in"
              + " place of those that a model has learnt to make.")
  private boolean words;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "0",
      converter = Numbers.NotNegative.class,
      description = "Where to listen; 0 takes a free port. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen at. Any but a loopback one lets others in, who then need the token"
              + " that is printed. Default: ${DEFAULT-VALUE}.")
  private String bind;

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "The text of the exported page. Default: the opening of a novel.")
  private Optional<String> text = Optional.empty();

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "Write a page that needs no server, and end.")
  private Optional<Path> export = Optional.empty();

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Serves until it is interrupted, or writes the page.
  @Override
  public Integer call() throws IOException, InterruptedException {
    if (text.isPresent() && export.isEmpty()) {
      throw new UserError("--text is for --export; the page itself takes any text");
    }
    if (export.isPresent()) {
      return export(export.get());
    }
    if (port > 65535) {
      throw new UserError("--port " + port + " is above 65535; give a smaller one, or 0 for any");
    }
    InetAddress address = address();
    Optional<String> token =
        address.isLoopbackAddress() ? Optional.empty() : Optional.of(newToken());
    try (Source source = source();
        Explorer explorer = start(address, token, source)) {
      String url = url(explorer, token);
      PrintWriter out = spec.commandLine().getOut();
      out.println("reformer4j: ready at " + url + "  (Ctrl-C ends it)");
      out.flush();
      if (open && !Browser.open(url)) {
        spec.commandLine().getErr().println("reformer4j: no browser was found; open the address");
      }
      waitForInterrupt();
    }
    spec.commandLine().getErr().println("reformer4j: explorer closed");
    return 0;
  }

  private int export(Path file) throws IOException {
    Destination.check(file);
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "exporting");
        Source source = source()) {
      AtomicFile.writeText(file, Export.page(source, text, threads.count()));
    }
    spec.commandLine().getErr().println("reformer4j: wrote " + file);
    return 0;
  }

  private InetAddress address() {
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new UserError(
          "--bind " + bind + " is no address of a machine; give one such as 127.0.0.1", e);
    }
  }

  private Explorer start(InetAddress address, Optional<String> token, Source source)
      throws IOException {
    try {
      return Explorer.start(
          bind,
          new InetSocketAddress(address, port),
          token,
          source,
          threads.count(),
          spec.commandLine().getErr());
    } catch (BindException e) {
      throw new UserError(
          "cannot listen at %s port %d: %s; choose another --port, or 0 for any"
              .formatted(bind, port, e.getMessage()),
          e);
    }
  }

  private static String url(Explorer explorer, Optional<String> token) {
    InetAddress bound = explorer.address().getAddress();
    String name = bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
    String host = name.contains(":") ? "[" + name + "]" : name;
    return "http://%s:%d/%s"
        .formatted(host, explorer.address().getPort(), token.map(t -> "?token=" + t).orElse(""));
  }

  /// 122 bits of the system's secure generator: what a `UUID` is made of is documented.
  private static String newToken() {
    return UUID.randomUUID().toString();
  }

  /// What texts are turned into vectors with: the one place that decides it.
  private Source source() throws IOException {
    if (words) {
      if (model.isGiven()) {
        throw new UserError(
            "--model is about a model, but --words makes vectors without one; drop one or the"
                + " other");
      }
      return Explorer.words();
    }
    Reformer loaded = model.load("explore", LoadOptions.defaults(), HeadKind.values());
    Vocabulary vocabulary = model.vocabulary(loaded);
    String name = Objects.toString(model.directory().toAbsolutePath().getFileName(), "the model");
    return Explorer.model(name, loaded, vocabulary);
  }

  private static void waitForInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Ctrl-C: the server is closed on the way out
    }
  }
}
