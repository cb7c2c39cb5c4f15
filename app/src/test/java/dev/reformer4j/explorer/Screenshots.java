package dev.reformer4j.explorer;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// Makes the pictures of docs/explorer: a main program, run by hand when the page has changed.
public final class Screenshots {
  private Screenshots() {}

  /// Makes all of them.
  ///
  /// @param args the folder to write to
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    try (TestBrowser browser = TestBrowser.start();
        Source source = Explorer.words();
        Explorer explorer =
            Explorer.start(
                "127.0.0.1",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                source,
                2,
                new PrintWriter(Writer.nullWriter()))) {
      String url = "http://127.0.0.1:" + explorer.address().getPort() + "/";
      for (ColorScheme theme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        for (int width : new int[] {1280, 768, 390}) {
          Page page = browser.page(width, width == 390 ? 844 : 1000, theme);
          page.navigate(url);
          TestBrowser.settle(page);
          page.waitForTimeout(200);
          String name = width + "-" + theme.name().toLowerCase(java.util.Locale.ROOT);
          page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setPath(folder.resolve(name + "-whole.png"))
                  .setFullPage(true));
          page.click("#tour-start");
          for (int step = 0; step < 4; step++) {
            page.click("#tour-next");
          }
          page.waitForTimeout(900);
          page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + "-tour.png")));
          page.context().close();
        }
      }
    }
  }
}
