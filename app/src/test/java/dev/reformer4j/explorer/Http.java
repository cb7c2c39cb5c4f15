package dev.reformer4j.explorer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A client that sends what it is told, false Host headers included.
final class Http {
  private static final int PATIENCE_MILLIS = 120_000;

  private final InetSocketAddress address;
  private final Map<String, String> headers = new LinkedHashMap<>();

  Http(InetSocketAddress address) {
    this.address = address;
    headers.put("Host", "127.0.0.1:" + address.getPort());
  }

  /// The same with another header; `null` leaves it out.
  Http with(String name, String value) {
    Http other = new Http(address);
    other.headers.putAll(headers);
    if (value == null) {
      other.headers.remove(name);
    } else {
      other.headers.put(name, value);
    }
    return other;
  }

  /// What came back.
  ///
  /// @param headers their names in small letters
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  Answer get(String path) throws IOException {
    return send("GET", path, new byte[0]);
  }

  /// Posts a view to the API.
  Answer post(String route, String json) throws IOException {
    Http typed =
        headers.containsKey("Content-Type") ? this : with("Content-Type", "application/json");
    return typed.send("POST", "/api/v1/" + route, json.getBytes(StandardCharsets.UTF_8));
  }

  Answer send(String method, String path, byte[] body) throws IOException {
    try (Socket socket = open(method, path, body)) {
      return read(socket.getInputStream(), method.equals("HEAD"));
    }
  }

  /// Sends a request and leaves its answer to be read, or not.
  Socket open(String method, String path, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    Socket socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(address, PATIENCE_MILLIS);
    OutputStream out = socket.getOutputStream();
    out.write(head.toString().getBytes(StandardCharsets.UTF_8));
    try {
      out.write(body);
    } catch (IOException _) {
      // a server that has refused the request need not read all of it
    }
    out.flush();
    return socket;
  }

  static Answer read(InputStream in, boolean headOnly) throws IOException {
    String status = line(in);
    if (status.isEmpty()) {
      throw new IOException("the connection was closed without an answer");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body =
        headOnly
            ? new byte[0]
            : "chunked".equals(headers.get("transfer-encoding")) ? chunks(in) : in.readAllBytes();
    return new Answer(
        Integer.parseInt(status, "HTTP/1.1 ".length(), "HTTP/1.1 200".length(), 10), headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      all.write(in.readNBytes(size));
      line(in);
    }
    return all.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    String line = line(in);
    return line.isEmpty() ? 0 : Integer.parseInt(line, 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
