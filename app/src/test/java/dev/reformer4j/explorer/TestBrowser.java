package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.fail;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The machine's Chromium, driven by the machine's Node. Where one of them is missing, tests that
/// need them are skipped, or fail if the environment says that they must not be
/// (`REFORMER4J_BROWSER=required`, as CI does).
final class TestBrowser implements AutoCloseable {
  private static final double PATIENCE_MILLIS = 120_000;

  private final Playwright playwright;
  private final Browser browser;

  private TestBrowser(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /// Starts it, or skips the test.
  static TestBrowser start() {
    Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> node = onPath("node", "nodejs");
    if (chromium.isEmpty() || node.isEmpty()) {
      String missing =
          "tests of the page need Chromium and Node on the path, and "
              + (chromium.isEmpty() ? "Chromium" : "Node")
              + " is missing";
      if ("required".equals(System.getenv("REFORMER4J_BROWSER"))) {
        fail(missing);
      }
      Assumptions.abort(missing + "; they are skipped");
    }
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1",
                        "PLAYWRIGHT_NODEJS_PATH",
                        node.get().toString())));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium.get())
                    .setTimeout(PATIENCE_MILLIS)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
    return new TestBrowser(playwright, browser);
  }

  private static Optional<Path> onPath(String... names) {
    return Arrays.stream(names)
        .flatMap(name ->
            Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// A fresh tab; close its context when done.
  Page page(int width, int height, ColorScheme theme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(theme));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    return context.newPage();
  }

  /// Waits until everything that was asked for is drawn.
  static void settle(Page page) {
    page.waitForFunction(
        "() => document.documentElement.dataset.ready === '1' &&"
            + " document.documentElement.dataset.busy === ''");
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
