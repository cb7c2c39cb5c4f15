package dev.reformer4j.explorer;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Who may come in.
///
/// A page from elsewhere must not read what is here: neither by a name that it lets point to this
/// machine (DNS rebinding: the Host header tells), nor by asking from its own origin (the Origin
/// header tells, and no answer allows it). Where the server is not on loopback, there is a token as
/// well.
final class Door {
  private static final String COOKIE = "reformer4j";

  private final Set<String> hosts;
  private final Optional<String> token;

  private Door(Set<String> hosts, Optional<String> token) {
    this.hosts = hosts;
    this.token = token;
  }

  /// The door of a server.
  ///
  /// @param name by which the user told it where to listen
  /// @param bound where it does
  static Door of(String name, InetSocketAddress bound, Optional<String> token) {
    Set<String> hosts = new HashSet<>();
    for (String host : names(name, bound.getAddress())) {
      String written = host.contains(":") ? "[" + host + "]" : host;
      hosts.add(written + ":" + bound.getPort());
      if (bound.getPort() == 80) {
        hosts.add(written);
      }
    }
    return new Door(hosts, token);
  }

  /// Names are taken from the user and from the interfaces, never from the outside.
  private static Set<String> names(String name, InetAddress bound) {
    Set<String> names = new HashSet<>();
    names.add(name.toLowerCase(Locale.ROOT));
    names.add(plain(bound));
    if (bound.isLoopbackAddress() || bound.isAnyLocalAddress()) {
      names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    }
    if (bound.isAnyLocalAddress()) {
      try {
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .forEach(address -> names.add(plain(address)));
      } catch (SocketException _) {
        return names; // then the name that the user gave is the only one
      }
    }
    return names;
  }

  private static String plain(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return compressed(zone < 0 ? text : text.substring(0, zone));
  }

  /// Java writes all eight groups of an IPv6 address; browsers leave out the first of the longest
  /// runs of zeros (RFC 5952).
  static String compressed(String address) {
    for (int zeros = 8; zeros >= 2; zeros--) {
      String run = "0" + ":0".repeat(zeros - 1);
      int at = (":" + address + ":").indexOf(":" + run + ":");
      if (address.contains(":") && at >= 0) {
        String before = address.substring(0, at);
        String after = address.substring(Math.min(address.length(), at + run.length() + 1));
        return (before.isEmpty() ? ":" : before) + ":" + after;
      }
    }
    return address;
  }

  /// Lets a request in, or says why not.
  ///
  /// @throws Problem if it comes from elsewhere, or has no token where one is needed
  void check(HttpExchange exchange) {
    List<String> host = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.getFirst().toLowerCase(Locale.ROOT))) {
      throw Problem.forbidden(
          "the Host header names another machine; open the address that the explorer printed");
    }
    for (String origin : exchange.getRequestHeaders().getOrDefault("Origin", List.of())) {
      if (!origin
          .toLowerCase(Locale.ROOT)
          .equals("http://" + host.getFirst().toLowerCase(Locale.ROOT))) {
        throw Problem.forbidden("a page from elsewhere may not ask here; open the explorer itself");
      }
    }
    if (token.isPresent() && !hasToken(exchange)) {
      throw Problem.unauthorized(
          "the token is missing or wrong; open the whole address that the explorer printed");
    }
  }

  /// Whether this is the address that was printed, token and all.
  boolean opens(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return token.isPresent()
        && "/".equals(exchange.getRequestURI().getRawPath())
        && query != null
        && query.startsWith("token=")
        && same(query.substring("token=".length()));
  }

  /// What lets the browser in from then on.
  String cookie() {
    return COOKIE + "=" + token.orElseThrow() + "; HttpOnly; SameSite=Strict; Path=/";
  }

  private boolean hasToken(HttpExchange exchange) {
    boolean bearer =
        exchange.getRequestHeaders().getOrDefault("Authorization", List.of()).stream()
            .anyMatch(value -> value.startsWith("Bearer ") && same(value.substring(7)));
    return bearer
        || opens(exchange)
        || exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
            .flatMap(value -> Arrays.stream(value.split(";")))
            .map(String::strip)
            .anyMatch(
                part -> part.startsWith(COOKIE + "=") && same(part.substring(COOKIE.length() + 1)));
  }

  /// In a time that does not tell how much of it is right.
  private boolean same(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8),
        token.orElseThrow().getBytes(StandardCharsets.UTF_8));
  }
}
