package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Who is let in, what is refused and how, and that nothing is left behind.
@Timeout(180)
class ServerTest {
  private static final String VIEW = "{\"text\":\"one two three four five six seven eight\"}";

  private final QuickSource source = new QuickSource();
  private final StringWriter log = new StringWriter();
  private Explorer explorer;
  private Http http;

  @BeforeEach
  void start() throws IOException {
    start(Limits.usual());
  }

  private void start(Limits limits) throws IOException {
    explorer =
        Explorer.start(
            "127.0.0.1",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            source,
            2,
            new PrintWriter(log, true),
            limits);
    http = new Http(explorer.address());
  }

  private void restart(Limits limits) throws IOException {
    explorer.close();
    start(limits);
  }

  @AfterEach
  void stop() {
    explorer.close();
    assertThat(log.toString()).as("no defect was met").isEmpty();
  }

  @Test
  void itListensOnLoopbackOnly() {
    assertThat(explorer.address().getAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void elsewhereItNeedsAToken() {
    InetSocketAddress anywhere = new InetSocketAddress("0.0.0.0", 0);
    assertThatThrownBy(() ->
            Explorer.start("0.0.0.0", anywhere, Optional.empty(), source, 1, new PrintWriter(log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token");
  }

  @Test
  void withATokenOnlyThoseWhoKnowItComeIn() throws IOException {
    try (Explorer open =
        Explorer.start(
            "0.0.0.0",
            new InetSocketAddress("0.0.0.0", 0),
            Optional.of("secret-token"),
            source,
            1,
            new PrintWriter(log))) {
      int port = open.address().getPort();
      Http client = new Http(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      for (String path : List.of("/", "/main.js", "/api/v1/status", "/?token=wrong", "/?token=")) {
        assertThat(client.get(path).status()).as(path).isEqualTo(401);
      }
      assertThat(client.post("text", VIEW).status()).isEqualTo(401);
      assertThat(client.with("Cookie", "reformer4j=wrong").get("/").status()).isEqualTo(401);
      Http.Answer opened = client.get("/?token=secret-token");
      assertThat(opened.status()).isEqualTo(303);
      assertThat(opened.headers()).containsEntry("location", "/");
      String cookie = opened.headers().get("set-cookie");
      assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
      Http known = client.with("Cookie", "other=1; " + cookie.substring(0, cookie.indexOf(';')));
      assertThat(known.get("/").status()).isEqualTo(200);
      assertThat(known.post("text", VIEW).status()).isEqualTo(200);
      assertThat(client.with("Authorization", "Bearer secret-token").get("/").status())
          .isEqualTo(200);
      assertThat(known.with("Host", "evil.example:" + port).get("/").status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:PORT.evil.example",
        "localhost.evil.example:PORT",
        "192.168.0.1:PORT",
        ""
      })
  void anotherHostIsRefused(String host) throws IOException {
    String sent = host.replace("PORT", Integer.toString(explorer.address().getPort()));
    for (String path : List.of("/", "/main.js", "/api/v1/status")) {
      assertThat(http.with("Host", sent).get(path).status()).isIn(400, 403);
    }
    assertThat(http.with("Host", sent).post("text", VIEW).status()).isIn(400, 403);
  }

  @Test
  void itsOwnNamesAreLetIn() throws IOException {
    int port = explorer.address().getPort();
    for (String name : List.of("127.0.0.1", "localhost", "LOCALHOST", "[::1]")) {
      assertThat(http.with("Host", name + ":" + port).get("/").status()).as(name).isEqualTo(200);
    }
  }

  @Test
  void addressesAreWrittenAsBrowsersDo() {
    assertThat(Door.compressed("127.0.0.1")).isEqualTo("127.0.0.1");
    assertThat(Door.compressed("0:0:0:0:0:0:0:1")).isEqualTo("::1");
    assertThat(Door.compressed("0:0:0:0:0:0:0:0")).isEqualTo("::");
    assertThat(Door.compressed("fe80:0:0:0:1:0:0:2")).isEqualTo("fe80::1:0:0:2");
    assertThat(Door.compressed("2001:db8:0:0:1:0:0:0")).isEqualTo("2001:db8:0:0:1::");
    assertThat(Door.compressed("1:2:3:4:5:6:0:8")).isEqualTo("1:2:3:4:5:6:0:8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://evil.example", "null", "https://127.0.0.1:PORT", "http://127.0.0.1:1"})
  void anotherOriginIsRefusedAndNoneIsAllowed(String origin) throws IOException {
    String sent = origin.replace("PORT", Integer.toString(explorer.address().getPort()));
    Http foreign = http.with("Origin", sent);
    assertThat(foreign.post("text", VIEW).status()).isEqualTo(403);
    assertThat(foreign.get("/api/v1/status").status()).isEqualTo(403);
    Http.Answer preflight =
        foreign
            .with("Access-Control-Request-Method", "POST")
            .send("OPTIONS", "/api/v1/text", new byte[0]);
    assertThat(preflight.status()).isEqualTo(403);
    assertThat(preflight.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void itsOwnOriginIsLetIn() throws IOException {
    String own = "http://127.0.0.1:" + explorer.address().getPort();
    Http.Answer answer = http.with("Origin", own).post("text", VIEW);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void formsOfOtherPagesCannotAsk() throws IOException {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      assertThat(http.with("Content-Type", type).post("text", VIEW).status()).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../module-info.class",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/....//etc/passwd",
        "//etc/passwd",
        "/main.js/..",
        "/main.js%00",
        "/Explorer.class",
        "/dev/reformer4j/explorer/main.js",
        "/index.html/",
        "/style.css;x",
        "/api/v1/../../main.js",
        "/api/v1/work/../status",
        "/api/v2/status"
      })
  void noPathLeavesTheListOfFiles(String path) throws IOException {
    assertThat(http.get(path).status()).isIn(400, 404);
  }

  @Test
  void everyFileOfThePageIsThereWithItsTypeAndAStrictPolicy() throws IOException {
    List<String> paths = new ArrayList<>(List.of("/", "/style.css"));
    PageFiles.SCRIPTS.forEach(script -> paths.add("/" + script));
    for (String path : paths) {
      Http.Answer answer = http.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.headers().get("content-security-policy"))
          .contains("default-src 'none'", "script-src 'self'")
          .doesNotContain("unsafe");
      assertThat(answer.headers())
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("x-frame-options", "DENY");
    }
    assertThat(http.get("/").text()).doesNotContain("<script>").doesNotContain("style=\"");
    assertThat(http.send("HEAD", "/", new byte[0]).status()).isEqualTo(200);
  }

  /// Markup is only ever made of elements, so no text can become any.
  @Test
  void noScriptOfThePageMakesMarkupOfStrings() {
    for (String script : PageFiles.SCRIPTS) {
      assertThat(new String(PageFiles.read(script), StandardCharsets.UTF_8))
          .as(script)
          .doesNotContain(
              "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
  }

  @ParameterizedTest
  @EnumSource(Explorer.Route.class)
  void aRouteTakesItsOwnMethodOnly(Explorer.Route route) throws IOException {
    String path = route.template().replace("{name}", "some-work");
    for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE")) {
      if (!method.equals(route.method())) {
        Http.Answer answer = http.send(method, path, new byte[0]);
        assertThat(answer.status()).as(method + " " + path).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", route.method());
      }
    }
  }

  @Test
  void theDescriptionHasEveryRouteAndEveryNameOfAView() throws IOException {
    Set<String> described = new TreeSet<>();
    Set<String> names = new TreeSet<>();
    try (JsonParser json =
        new JsonFactory()
            .createParser(ObjectReadContext.empty(), http.get("/api/v1/openapi.json").body())) {
      List<String> at = new ArrayList<>();
      String name = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        switch (token) {
          case PROPERTY_NAME -> {
            name = json.currentName();
            if (at.equals(List.of("", "paths")) && name.startsWith("/")) {
              described.add(name);
            }
            if (at.size() == 3 && at.get(1).equals("paths")) {
              described.remove(at.get(2));
              described.add(name.toUpperCase(Locale.ROOT) + " " + at.get(2));
            }
            if (at.equals(List.of("", "components", "schemas", "View", "properties"))) {
              names.add(name);
            }
          }
          case START_OBJECT -> at.add(at.isEmpty() ? "" : name);
          case END_OBJECT -> at.removeLast();
          default -> name = name.isEmpty() ? "" : name;
        }
      }
    }
    Set<String> real = new TreeSet<>(Set.of("GET /api/v1/openapi.json"));
    for (Explorer.Route route : Explorer.Route.values()) {
      real.add(route.method() + " " + route.template());
    }
    assertThat(described).isEqualTo(real);
    assertThat(names).isEqualTo(ViewReader.NAMES);
  }

  @Test
  void tooMuchIsRefusedWithTheRule() throws IOException {
    String words = "word ".repeat(4097);
    Http.Answer tokens = http.post("text", "{\"text\":\"" + words + "\"}");
    assertThat(tokens.status()).isEqualTo(413);
    assertThat(tokens.text()).contains("4,097 tokens").contains("4,096 at most");
    Http.Answer bytes = http.post("text", "{\"text\":\"" + "x".repeat(600_000) + "\"}");
    assertThat(bytes.status()).isEqualTo(413);
    assertThat(http.with("X-Work", "short").post("text", VIEW).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"text\":\"\"}",
        "{\"text\":\"a b c\",\"head\":2}",
        "{\"text\":\"a b c\",\"head\":-1}",
        "{\"text\":\"a b c\",\"token\":3}",
        "{\"text\":\"a b c\",\"token\":-1}",
        "{\"text\":\"a b c\",\"on\":[4]}",
        "{\"text\":\"a b c\",\"on\":[]}",
        "{\"text\":\"a b c\",\"chunk\":0}",
        "{\"text\":\"a b c\",\"chunk\":2147483647,\"before\":64}",
        "{\"text\":\"a b c\",\"chunking\":\"sliding\",\"before\":0}",
        "{\"text\":\"a b c\",\"buckets\":\"7\"}"
      })
  void whatCannotBeShownIsRefusedInASentence(String view) throws IOException {
    Http.Answer answer = http.post("token", view);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.text()).startsWith("{\"error\":\"").doesNotContain("Exception");
  }

  @Test
  void everyAnswerIsGivenForTextsOfAllKinds() throws IOException {
    List<String> texts =
        List.of(
            "a",
            "a a a a a a a a a a",
            "שלום עולם 👩‍👩‍👧 <script>alert(1)</script>",
            "x ".repeat(700));
    for (String text : texts) {
      for (String route : List.of("text", "attention", "exact", "token")) {
        for (String more :
            List.of("", ",\"causal\":true,\"chunk\":2", ",\"chunking\":\"sliding\"")) {
          Http.Answer answer = http.post(route, "{\"text\":\"" + text + "\"" + more + "}");
          assertThat(answer.status()).as(route + more + answer.text()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void newerWorkOfTheSameNameTakesThePlaceOfOlder() throws Exception {
    Http named = http.with("X-Work", "client-1-text");
    try (Socket waiting =
        named.with("Content-Type", "application/json").open("POST", "/api/v1/text", waitView())) {
      assertThat(source.waiting.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(named.post("text", VIEW).status()).isEqualTo(200);
      assertThat(source.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Http.read(waiting.getInputStream(), false).status()).isEqualTo(409);
    }
  }

  private static byte[] waitView() {
    return ("{\"text\":\"" + QuickSource.WAIT + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void workIsCancelledByItsName() throws Exception {
    Http named = http.with("X-Work", "client-2-text").with("Content-Type", "application/json");
    try (Socket waiting = named.open("POST", "/api/v1/text", waitView())) {
      assertThat(source.waiting.await(60, TimeUnit.SECONDS)).isTrue();
      Http.Answer cancelled = http.send("DELETE", "/api/v1/work/client-2-text", new byte[0]);
      assertThat(cancelled.text()).isEqualTo("{\"cancelled\":true}");
      assertThat(source.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Http.read(waiting.getInputStream(), false).status()).isEqualTo(409);
    }
    assertThat(http.send("DELETE", "/api/v1/work/client-2-text", new byte[0]).text())
        .isEqualTo("{\"cancelled\":false}");
  }

  @Test
  void whatTakesTooLongIsEnded() throws Exception {
    restart(Limits.usual().withLongest(Duration.ofSeconds(1)));
    Http.Answer answer = http.post("text", new String(waitView(), StandardCharsets.UTF_8));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("retry-after", "1");
    assertThat(source.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whenNoRoomIsLeftRequestsAreSentAwayPolitely() throws Exception {
    restart(new Limits(1000, 100, 1, 1, Duration.ofSeconds(60), Duration.ofSeconds(60), 1));
    Http typed = http.with("Content-Type", "application/json");
    List<Socket> held = new ArrayList<>();
    try {
      held.add(typed.open("POST", "/api/v1/text", waitView()));
      assertThat(source.waiting.await(60, TimeUnit.SECONDS)).isTrue();
      int refused = 0;
      for (int i = 0; i < 4; i++) {
        Socket next = typed.open("POST", "/api/v1/text", waitView());
        next.setSoTimeout(3000);
        try {
          Http.Answer answer = Http.read(next.getInputStream(), false);
          assertThat(answer.status()).isEqualTo(429);
          assertThat(answer.headers()).containsEntry("retry-after", "1");
          refused++;
        } catch (java.net.SocketTimeoutException _) {
          held.add(next); // this one waits
        }
      }
      assertThat(refused).isGreaterThanOrEqualTo(3);
      assertThat(http.get("/").status()).as("the page itself needs no room").isEqualTo(200);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void closingEndsWhatIsAtWork() throws Exception {
    try (Socket waiting =
        http.with("Content-Type", "application/json").open("POST", "/api/v1/text", waitView())) {
      assertThat(source.waiting.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(waiting.isConnected()).isTrue();
      explorer.close();
      assertThat(source.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aContinuationNeedsAModel() throws IOException {
    Http.Answer answer = http.post("generate", VIEW);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("cannot go on with a text").contains("--words");
  }
}
