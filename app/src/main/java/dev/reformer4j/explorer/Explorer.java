package dev.reformer4j.explorer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// The explorer's server: the page, and the API beneath it.
///
/// Every request has a virtual thread of its own, which waits; what is to be computed is done at a
/// [Desk] by a few others.
public final class Explorer implements AutoCloseable {
  /// How long an answer may take to be read, a request to arrive, in seconds; and how many may be
  /// connected. The JDK's server takes these from system properties alone.
  private static final Map<String, String> SERVER_PROPERTIES =
      Map.of(
          "sun.net.httpserver.maxReqTime", "30",
          "sun.net.httpserver.maxRspTime", "600",
          "jdk.httpserver.maxConnections", "512",
          "sun.net.httpserver.nodelay", "true");

  /// A client's name for a piece of its work.
  private static final String WORK_HEADER = "X-Work";

  private static final String NAME_OF_WORK = "[A-Za-z0-9-]{8,64}";
  private static final int MOST_PASSED_OVER = 8 << 20;
  private static final int MOST_LONG_ANSWERS = 8;
  private static final String API = "/api/v1/";
  private static final String JSON = "application/json; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService connections;
  private final Engine engine;
  private final Limits limits;
  private final Desk quick;
  private final Desk slow;
  private final Semaphore longAnswers = new Semaphore(MOST_LONG_ANSWERS);
  private final AtomicBoolean practised = new AtomicBoolean();
  private final Door door;
  private final PageFiles files = new PageFiles();
  private final PrintWriter log;

  private Explorer(HttpServer server, Engine engine, Limits limits, Door door, PrintWriter log) {
    this.server = server;
    this.engine = engine;
    this.limits = limits;
    this.door = door;
    this.log = log;
    this.quick = new Desk("explorer", limits.atOnce(), limits.waiting(), limits.longest());
    this.slow = new Desk("explorer-stream", 1, limits.waiting() / 4 + 1, limits.longestStream());
    this.connections = Executors.newVirtualThreadPerTaskExecutor();
  }

  /// Starts serving.
  ///
  /// @param name by which the user says where to listen
  /// @param address where to listen; port 0 is any free one
  /// @param token what a client must know; needed where the address is not a loopback one
  /// @param threads that share the work
  /// @param log hears of defects
  /// @throws IllegalArgumentException if a token is needed and missing
  /// @throws IOException if the address cannot be listened at
  public static Explorer start(
      String name,
      InetSocketAddress address,
      Optional<String> token,
      Source source,
      int threads,
      PrintWriter log)
      throws IOException {
    return start(name, address, token, source, threads, log, Limits.usual());
  }

  static Explorer start(
      String name,
      InetSocketAddress address,
      Optional<String> token,
      Source source,
      int threads,
      PrintWriter log,
      Limits limits)
      throws IOException {
    if (!address.getAddress().isLoopbackAddress() && token.isEmpty()) {
      throw new IllegalArgumentException(
          name + " can be reached by others, so a token is needed; bind to 127.0.0.1, or give one");
    }
    SERVER_PROPERTIES.forEach((key, value) -> {
      if (System.getProperty(key) == null) {
        System.setProperty(key, value);
      }
    });
    HttpServer server = HttpServer.create(address, 128);
    Engine engine = new Engine(source, limits, Workers.of(threads));
    Explorer explorer =
        new Explorer(server, engine, limits, Door.of(name, server.getAddress(), token), log);
    server.createContext("/", explorer::handle);
    server.setExecutor(explorer.connections);
    server.start();
    var _ = explorer.slow.start(Optional.empty(), explorer.engine::warmUp);
    return explorer;
  }

  /// Vectors of words and characters, learnt from a novel.
  public static Source words() {
    return new WordSource();
  }

  /// The vectors that a model learnt.
  ///
  /// @param name what to call the model
  /// @param vocabulary of the model; closed with the source
  /// @throws IllegalArgumentException if no layer of it hashes
  public static Source model(String name, Reformer model, Vocabulary vocabulary) {
    return new ModelSource(name, model, vocabulary);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /// Stops: requests in flight are interrupted, and nothing is left running.
  @Override
  public void close() {
    server.stop(0);
    quick.close();
    slow.close();
    connections.shutdownNow();
    engine.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        door.check(exchange);
        answer(exchange);
      } catch (Problem problem) {
        Replies.send(exchange, problem);
      } catch (IllegalArgumentException bad) {
        String sentence = bad.getMessage() == null ? "this cannot be answered" : bad.getMessage();
        Replies.send(exchange, Problem.badRequest(sentence));
      } catch (IOException gone) {
        throw gone; // the client has left
      } catch (Throwable defect) {
        log.println("reformer4j: explore: a request has failed, which is a defect: " + defect);
        log.flush();
        Replies.send(
            exchange, 500, JSON, Json.error("this is a defect of the explorer: " + defect));
      }
    }
  }

  private void answer(HttpExchange exchange) throws Exception {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    if (door.opens(exchange)) {
      exchange.getResponseHeaders().set("Set-Cookie", door.cookie());
      exchange.getResponseHeaders().set("Location", "/");
      Replies.send(exchange, 303, "text/plain; charset=utf-8", new byte[0]);
      return;
    }
    Optional<PageFiles.Entry> file = files.at(path);
    if (file.isPresent()) {
      require(exchange, method.equals("GET") || method.equals("HEAD"), "GET, HEAD");
      Replies.send(exchange, 200, file.get().type(), file.get().bytes());
      return;
    }
    Optional<Route> route = Route.at(path);
    if (route.isEmpty()) {
      throw Problem.notFound("there is nothing at this path; the page is at /");
    }
    require(exchange, method.equals(route.get().method()), route.get().method());
    answer(exchange, route.get(), path);
  }

  private void answer(HttpExchange exchange, Route route, String path) throws Exception {
    switch (route) {
      case STATUS -> Replies.send(exchange, 200, JSON, engine.status());
      case TEXT -> compute(exchange, engine::text, JSON);
      case ATTENTION -> compute(exchange, engine::attention, JSON);
      case EXACT -> exact(exchange);
      case TOKEN -> compute(exchange, engine::token, JSON);
      case COST -> {
        stream(exchange, engine::cost);
        practise();
      }
      case GENERATE -> stream(exchange, engine::generate);
      case CANCEL -> {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean quickly = quick.cancel(name);
        boolean found = slow.cancel(name) || quickly;
        Replies.send(
            exchange,
            200,
            JSON,
            Json.object(json -> json.writeBooleanProperty("cancelled", found)));
      }
    }
  }

  /// Once, when a page has all that it asked for at first and is being read.
  private void practise() {
    if (practised.compareAndSet(false, true)) {
      try {
        var _ = slow.start(Optional.empty(), engine::practise);
      } catch (Problem _) {
        practised.set(false); // others have enough to do; later, then
      }
    }
  }

  /// The paths of the API.
  enum Route {
    STATUS("GET", "status"),
    TEXT("POST", "text"),
    ATTENTION("POST", "attention"),
    EXACT("POST", "exact"),
    TOKEN("POST", "token"),
    COST("POST", "cost"),
    GENERATE("POST", "generate"),
    CANCEL("DELETE", "work/{name}");

    private final String method;
    private final String template;

    Route(String method, String template) {
      this.method = method;
      this.template = API + template;
    }

    String method() {
      return method;
    }

    /// The path, with names of its variable parts in braces.
    String template() {
      return template;
    }

    static Optional<Route> at(String path) {
      for (Route route : values()) {
        String prefix = route.template.replace("{name}", "");
        boolean fits =
            route == CANCEL
                ? path.startsWith(prefix) && path.substring(prefix.length()).matches(NAME_OF_WORK)
                : path.equals(prefix);
        if (fits) {
          return Optional.of(route);
        }
      }
      return Optional.empty();
    }
  }

  private static void require(HttpExchange exchange, boolean allowed, String methods) {
    if (!allowed) {
      exchange.getResponseHeaders().set("Allow", methods);
      throw Problem.wrongMethod("this path takes " + methods + " only");
    }
  }

  private void compute(HttpExchange exchange, Function<View, byte[]> work, String type)
      throws Exception {
    View view = view(exchange);
    byte[] answer = quick.run(name(exchange), () -> work.apply(view));
    Replies.send(exchange, 200, type, answer);
  }

  /// The answer is so long that only a few may be on their way at once, however slowly they are
  /// read.
  private void exact(HttpExchange exchange) throws Exception {
    if (!longAnswers.tryAcquire()) {
      throw Problem.tooMany("too many long answers are being read; try again in a second");
    }
    try {
      compute(exchange, engine::exact, "application/octet-stream");
    } finally {
      longAnswers.release();
    }
  }

  /// Work whose answer comes in lines.
  private interface Lines {
    void of(View view, Consumer<byte[]> lines);
  }

  private void stream(HttpExchange exchange, Lines work) throws IOException {
    View view = view(exchange);
    Stream.copy(
        slow,
        name(exchange),
        lines -> work.of(view, lines),
        () -> Replies.stream(exchange, "application/x-ndjson; charset=utf-8"));
  }

  private static Optional<String> name(HttpExchange exchange) {
    Optional<String> name = Optional.ofNullable(exchange.getRequestHeaders().getFirst(WORK_HEADER));
    if (name.isPresent() && !name.get().matches(NAME_OF_WORK)) {
      throw Problem.badRequest(
          WORK_HEADER + " is not 8 to 64 letters, digits and hyphens; leave it out, or draw one");
    }
    return name;
  }

  private View view(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw Problem.wrongType("the body must be JSON; send Content-Type: application/json");
    }
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(limits.bytes() + 1);
    if (body.length > limits.bytes()) {
      passOver(in);
      throw Problem.tooLarge(
          "the request is longer than %,d bytes; give a part of the text"
              .formatted(limits.bytes()));
    }
    return ViewReader.read(body);
  }

  /// A client that is still sending hears an answer only when it is done; one that sends without
  /// end is cut off.
  private static void passOver(InputStream in) throws IOException {
    byte[] scrap = new byte[1 << 14];
    for (int passed = 0, read = 0; read >= 0 && passed < MOST_PASSED_OVER; passed += read) {
      read = in.read(scrap);
    }
  }
}
