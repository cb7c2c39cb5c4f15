package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// DJL reports the use of its tokenizers to a telemetry service, and fetches what it misses. Not
/// from here.
@Timeout(120)
class NobodyIsToldTest {
  /// What makes DJL talk, fetch, and look elsewhere, as loudly as possible.
  private static final Map<String, String> INVITING =
      Map.of(
          "OPT_OUT_TRACKING", "false",
          "DJL_OFFLINE", "false",
          "RUST_FLAVOR", "cu124",
          "RUST_LIBRARY_PATH", "/nowhere",
          "TOKENIZERS_CACHE", "/nowhere",
          "DJL_CACHE_DIR", "/nowhere",
          "ENGINE_CACHE_DIR", "/nowhere");

  @TempDir Path directory;

  @Test
  void loadingAndUsingAVocabularyReachesNobodyAndLeavesNothing() throws Exception {
    Path services = Files.createDirectories(directory.resolve("recorder/META-INF/services"));
    Files.writeString(
        services.resolve("java.net.spi.InetAddressResolverProvider"),
        NobodyIsToldMain.Resolver.class.getName());
    Path home = Files.createDirectory(directory.resolve("home"));
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Fork.Ended ended =
        Fork.run(
            NobodyIsToldMain.class,
            directory.resolve("output"),
            List.of(directory.resolve("recorder")),
            INVITING,
            List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary),
            Golden.all().map(vocabulary -> vocabulary.path().toString()).toArray(String[]::new));
    assertThat(ended.status()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("vocabularies: []");
    assertThat(ended.said())
        .as("the recorder hears an attempt when there is one")
        .contains(
            "attempts: [connection http://169.254.169.254/latest/api/token, name proxy.invalid,"
                + " connection https://example.invalid/");
    assertThat(home).isEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whatWouldReportCannotEvenStart() {
    // The library it logs with is left out on purpose, with everything else but one exception.
    assertThatThrownBy(() -> Class.forName("ai.djl.util.Ec2Utils"))
        .isInstanceOf(NoClassDefFoundError.class);
  }
}
