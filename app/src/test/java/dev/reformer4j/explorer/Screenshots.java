package dev.reformer4j.explorer;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.reformer4j.cli.model.ShippedModel;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/// Makes the pictures of docs/explorer: a main program, run by hand when the page has changed.
public final class Screenshots {
  private Screenshots() {}

  /// The model that comes with the program, as the command line explores it.
  static Source shipped() throws IOException {
    Path directory = ShippedModel.directory();
    Reformer model = Reformer.load(directory, LoadOptions.defaults());
    Vocabulary vocabulary = Vocabulary.load(directory, model.config().vocabularySize());
    return Explorer.model(ShippedModel.NAME, model, vocabulary);
  }

  /// Makes all of them.
  ///
  /// @param args the folder to write to
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    try (TestBrowser browser = TestBrowser.start();
        Source source = shipped();
        Explorer explorer = LocalExplorer.serve(source, Writer.nullWriter())) {
      String url = LocalExplorer.url(explorer);
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
          for (int step = 1; step <= 6; step++) {
            page.waitForTimeout(900);
            page.screenshot(
                new Page.ScreenshotOptions()
                    .setPath(folder.resolve(name + "-tour" + step + ".png")));
            page.click("#tour-next");
          }
          page.fill("#new-tokens", "30");
          page.click("#generate");
          page.waitForFunction(
              "() => /^30 tokens/.test(document.getElementById('generate-note').textContent)");
          page.locator("#stage-generate").scrollIntoViewIfNeeded();
          page.screenshot(
              new Page.ScreenshotOptions().setPath(folder.resolve(name + "-generated.png")));
          page.context().close();
        }
      }
    }
  }
}
