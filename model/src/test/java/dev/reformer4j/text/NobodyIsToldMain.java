package dev.reformer4j.text;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// Loads and uses vocabularies, and says who would have been spoken to on the way. Then it tries to
/// speak to somebody, which must show.
public final class NobodyIsToldMain {
  private static final Queue<String> SPOKEN_TO = new ConcurrentLinkedQueue<>();

  private NobodyIsToldMain() {}

  /// Every name that is looked up; a service of this JVM.
  public static final class Resolver extends InetAddressResolverProvider {
    /// For the service loader.
    public Resolver() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
      return new InetAddressResolver() {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
            throws UnknownHostException {
          SPOKEN_TO.add("name " + host);
          throw new UnknownHostException(host);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
          SPOKEN_TO.add("address");
          throw new UnknownHostException();
        }
      };
    }

    @Override
    public String name() {
      return "recorder";
    }
  }

  /// Every URL that is connected to.
  private static final class Selector extends ProxySelector {
    @Override
    public List<Proxy> select(URI uri) {
      SPOKEN_TO.add("connection " + uri);
      // A proxy whose name must be looked up, and is not found: no packet leaves.
      return List.of(
          new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.invalid", 1)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
  }

  /// Prints a line before and one after the attempt.
  public static void main(String[] directories) throws IOException {
    ProxySelector.setDefault(new Selector());
    for (String directory : directories) {
      try (Vocabulary vocabulary = Vocabulary.load(Path.of(directory), 1000)) {
        Encoding encoding = vocabulary.encoding("Who?", "It was Anne.");
        vocabulary.decode(encoding.ids());
      }
    }
    System.out.println("vocabularies: " + List.copyOf(SPOKEN_TO));
    for (String url :
        List.of("http://169.254.169.254/latest/api/token", "https://example.invalid/")) {
      try {
        URI.create(url).toURL().openConnection().connect();
      } catch (IOException _) {
        System.out.println("nobody answered");
      }
    }
    System.out.println("attempts: " + List.copyOf(SPOKEN_TO));
  }
}
