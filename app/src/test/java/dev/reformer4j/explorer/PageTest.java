package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The page, from end to end, in a browser.
@Timeout(300)
class PageTest {
  private static final StringWriter LOG = new StringWriter();
  private static TestBrowser browser;
  private static Explorer explorer;

  private final List<String> complaints = new ArrayList<>();
  private Page page;

  @BeforeAll
  static void start() throws IOException {
    browser = TestBrowser.start();
    explorer = serve(new QuickSource());
  }

  private static Explorer serve(Source source) throws IOException {
    return LocalExplorer.serve(source, LOG);
  }

  @AfterAll
  static void stop() {
    if (explorer != null) {
      explorer.close();
    }
    if (browser != null) {
      browser.close();
    }
    assertThat(LOG.toString()).isEmpty();
  }

  /// No test passes with an error in the console, and a breach of the policy is one.
  @AfterEach
  void closePage() {
    if (page != null) {
      page.context().close();
    }
    assertThat(complaints).isEmpty();
  }

  private void open(String url) {
    open(url, 1280, 900);
  }

  private void open(String url, int width, int height) {
    page = browser.page(width, height, ColorScheme.LIGHT);
    page.onConsoleMessage(this::listen);
    page.onPageError(complaints::add);
    page.navigate(url);
    TestBrowser.settle(page);
  }

  private void listen(ConsoleMessage message) {
    boolean refused = message.text().contains("status of 4");
    if (message.type().equals("error") && !refused) {
      complaints.add(message.text());
    }
  }

  private static String url() {
    return LocalExplorer.url(explorer);
  }

  private void settle() {
    TestBrowser.settle(page);
  }

  private String text(String selector) {
    return page.locator(selector).first().textContent();
  }

  @Test
  void theTourGoesFromStartToEndAndHoldsTheWorkedExample() {
    open(url());
    page.click("#tour-start");
    List<String> stages = new ArrayList<>();
    for (int step = 1; step <= 6; step++) {
      assertThat(text("#tour-count")).isEqualTo(step + " of 6");
      assertThat(page.locator("#tour-text p").count()).isGreaterThanOrEqualTo(2);
      stages.add(page.locator(".toured").getAttribute("id"));
      if (step == 3) {
        assertThat(text("#tour-text"))
            .contains("2.67", "3.03", "1.83")
            .contains("buckets are 1, 2, 0");
        assertThat(page.locator("#bars .bucket").allTextContents())
            .containsExactly("bucket 1", "bucket 2", "bucket 0");
        assertThat(page.locator("#bars .winner").allTextContents())
            .containsExactly("2.67 at 1", "3.03 at 2", "1.83 at 0");
      }
      page.click("#tour-next");
    }
    assertThat(stages)
        .containsExactly(
            "stage-text", "stage-plane", "stage-hash", "stage-order", "stage-attend", "stage-cost");
    assertThat(page.locator("#tour").isHidden()).isTrue();
    assertThat(page.locator("#bars .bucket").count())
        .as("the token's own bars are back")
        .isEqualTo(4);
    assertThat(page.evaluate("document.activeElement.id")).isEqualTo("tour-start");
  }

  @Test
  void theTourGoesByKeyboardToo() {
    open(url());
    page.focus("#tour-start");
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    for (int step = 0; step < 3; step++) {
      page.focus("#tour-next");
      page.keyboard().press("Enter");
    }
    assertThat(text("#tour-count")).isEqualTo("4 of 6");
    page.keyboard().press("Escape");
    assertThat(page.locator("#tour").isHidden()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "rounds, 2, rounds=2",
    "buckets, 6, buckets=6",
    "buckets, 4x6, buckets=4x6",
    "chunk, 16, chunk=16",
    "before, 2, before=2",
    "after, 1, after=1",
    "head, 1, head=1",
    "seed, 77, seed=77"
  })
  void aFieldChangesAttentionAndAddressAndIsUndone(String field, String value, String inAddress) {
    open(url());
    String before = page.inputValue("#" + field);
    Object drawn = page.evaluate("document.documentElement.dataset.drawn");
    page.fill("#" + field, value);
    page.dispatchEvent("#" + field, "change");
    page.waitForFunction("part => location.hash.includes(part)", inAddress);
    page.waitForFunction("was => document.documentElement.dataset.drawn !== was", drawn);
    settle();
    page.evaluate("document.activeElement.blur()");
    assertThat(page.inputValue("#" + field)).isEqualTo(value);
    page.reload();
    settle();
    assertThat(page.inputValue("#" + field)).as("an address shows the same again").isEqualTo(value);
    assertThat(page.locator("#redo").isDisabled()).as("nothing is undone yet").isTrue();
    page.click("#undo");
    page.waitForFunction("part => !location.hash.includes(part)", inAddress);
    page.waitForFunction(
        "([id, was]) => document.getElementById(id).value === was", List.of(field, before));
    page.click("#redo");
    page.waitForFunction("part => location.hash.includes(part)", inAddress);
    page.waitForFunction(
        "([id, is]) => document.getElementById(id).value === is", List.of(field, value));
    settle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal", "maskOtherBuckets", "countOnce"})
  void aSwitchChangesAttentionAndAddress(String id) {
    open(url());
    Object drawn = page.evaluate("document.documentElement.dataset.drawn");
    page.check("#" + id);
    page.waitForFunction("was => document.documentElement.dataset.drawn !== was", drawn);
    assertThat(page.url()).contains(id + "=1");
    settle();
    page.evaluate("document.activeElement.blur()");
    page.keyboard().press("Control+z");
    page.waitForFunction("id => !document.getElementById(id).checked", id);
    settle();
  }

  @Test
  void chunkingUnitAndUsualsAreControlsToo() {
    open(url());
    page.selectOption("#chunking", "sliding");
    page.waitForFunction(
        "() => document.getElementById('order-note').textContent.includes('own bucket')");
    settle();
    page.selectOption("#unit", "words");
    page.waitForFunction("() => location.hash.includes('unit=words')");
    settle();
    page.click("#another-seed");
    page.waitForFunction("() => location.hash.includes('seed=1')");
    settle();
    page.click("#reset");
    page.waitForFunction(
        "() => !location.hash.includes('sliding') && !location.hash.includes('seed')");
    settle();
    assertThat(page.inputValue("#chunking")).isEqualTo("chunked");
  }

  @Test
  void roundsSwitchOnAndOffAndCombine() {
    open(url());
    String all = text("#mass");
    page.locator("#switches input").nth(1).uncheck();
    page.waitForFunction("was => document.getElementById('mass').textContent !== was", all);
    settle();
    assertThat(page.url()).contains("on=0.2.3");
    assertThat(page.locator("#bars .round.off").count()).isEqualTo(1);
    assertThat(page.locator("#mass-by-rounds li").allTextContents().getLast())
        .contains("rounds 1 3 4");
    for (int round : new int[] {0, 2}) {
      page.locator("#switches input").nth(round).uncheck();
      settle();
    }
    page.waitForFunction("() => location.hash.includes('on=3')");
    settle();
    page.locator("#switches input").nth(3).click();
    assertThat(text("#switch-note")).contains("must stay on");
    assertThat(page.locator("#switches input").nth(3).isChecked()).isTrue();
  }

  /// Whatever was asked, answered, or dropped on the way there.
  @Test
  void afterHurriedChangesThePictureIsThatOfTheAddress() {
    open(url());
    page.evaluate(
        "() => { for (const id of ['causal', 'another-seed', 'another-seed'])"
            + " document.getElementById(id).click(); }");
    page.waitForFunction("() => location.hash.includes('seed=2')");
    settle();
    page.mouse().move(0, 0);
    String square = "() => document.getElementById('square').toDataURL()";
    Object hurried = page.evaluate(square);
    page.reload();
    settle();
    assertThat(page.evaluate(square)).isEqualTo(hurried);
  }

  /// A second change finds the controls as the first one left them, answered or not.
  @Test
  void nobodyHasToWaitForAnAnswer() {
    open(url());
    page.evaluate(
        "() => { const on = n => document.querySelectorAll('#switches input')[n];"
            + " on(1).click(); on(2).click();"
            + " document.querySelectorAll('#tokens .chip')[7].click(); }");
    page.waitForFunction("() => location.hash.includes('on=0.3')");
    settle();
    assertThat(page.locator("#bars .round.off").count()).isEqualTo(2);
    assertThat(text("#story-head")).contains("Token 7 ");
  }

  @Test
  void stepsOfOneControlAreUndoneTogether() {
    open(url());
    String before = page.inputValue("#chunk");
    page.focus("#chunk");
    for (int step = 0; step < 3; step++) {
      page.keyboard().press("ArrowUp");
    }
    String after = Integer.toString(Integer.parseInt(before) + 3);
    page.waitForFunction("part => location.hash.includes(part)", "chunk=" + after);
    settle();
    page.click("#undo");
    page.waitForFunction(
        "was => document.getElementById('chunk').value === was && !location.hash.includes('chunk')",
        before);
    settle();
    page.reload();
    settle();
    assertThat(page.locator("#undo").isDisabled()).as("all is undone").isTrue();
    assertThat(page.locator("#redo").isDisabled()).as("redo is known after a reload").isFalse();
  }

  @Test
  void theSquareIsZoomedAndMovedByMouseToo() {
    open(url());
    page.click("#zoom-in");
    page.click("#zoom-in");
    page.click("#zoom-out");
    double zoomed = zoom();
    assertThat(zoomed).isGreaterThan(1.5);
    BoundingBox square = page.locator("#square-overlay").boundingBox();
    page.mouse().move(square.x + square.width / 2, square.y + square.height / 2);
    page.waitForFunction("() => document.getElementById('pair-note').textContent[0] === 'Q'");
    String pointed = text("#pair-note");
    page.mouse().wheel(0, -200);
    page.waitForFunction(
        "was => Number(document.getElementById('square-overlay').dataset.zoom) > was", zoomed);
    page.mouse().down();
    page.mouse().move(square.x + 10, square.y + 10);
    page.mouse().up();
    page.mouse().move(square.x + square.width / 2, square.y + square.height / 2);
    page.waitForFunction(
        "was => document.getElementById('pair-note').textContent !== was", pointed);
    page.click("#zoom-all");
    assertThat(zoom()).isEqualTo(1);
  }

  private double zoom() {
    return Double.parseDouble(page.getAttribute("#square-overlay", "data-zoom"));
  }

  @Test
  void samplesRoundsAndThemeAreChosen() {
    open(url());
    page.locator("#rounds-shown button").nth(2).click();
    page.waitForSelector("#bars .round.shown[data-round='2']");
    assertThat(page.url()).contains("round=2");
    page.locator("#bars figcaption button").nth(1).click();
    page.waitForSelector("#bars .round.shown[data-round='1']");
    String square = "() => document.getElementById('square').toDataURL()";
    Object light = page.evaluate(square);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    page.waitForFunction("was => document.getElementById('square').toDataURL() !== was", light);
    page.locator("#samples button").nth(2).click();
    page.waitForFunction("() => document.getElementById('tokens').textContent.startsWith('In')");
    settle();
    assertThat(page.inputValue("#text")).startsWith("In the beginning");
  }

  /// What everybody sees first: bytes for tokens, layers to choose from, and the whole tour.
  @Test
  void theModelThatComesAlongIsExploredByDefault() throws IOException {
    try (Source source = Screenshots.shipped();
        Explorer server = serve(source)) {
      open(LocalExplorer.url(server));
      assertThat(text("#source")).isEqualTo("austen");
      assertThat(page.locator("#tokens .chip").count()).isGreaterThan(300);
      String first = text("#mass");
      page.locator("#tokens .chip").nth(9).click();
      settle();
      page.selectOption("#layer", "3");
      page.waitForFunction("was => document.getElementById('mass').textContent !== was", first);
      settle();
      assertThat(page.url()).contains("layer=3");
      assertThat(text("#origin")).contains("layer 3 of austen");
      assertThat(text("#hash-token")).as("the token stays").contains("Token 9 ");
      page.click("#tour-start");
      for (int step = 1; step <= 6; step++) {
        assertThat(page.locator("#tour-text p").allTextContents())
            .as("step %d", step)
            .hasSizeGreaterThanOrEqualTo(2)
            .noneMatch(sentence -> sentence.matches(".*(undefined|NaN|null).*"));
        page.click("#tour-next");
      }
      assertThat(page.locator("#tour").isHidden()).isTrue();
      page.fill("#new-tokens", "3");
      page.click("#generate");
      page.waitForSelector("#keep:enabled");
      page.click("#keep");
      page.waitForFunction("() => location.hash.includes('text=')");
      settle();
      assertThat(page.inputValue("#text"))
          .startsWith("It is a truth")
          .matches("(?s).*daughters\\..+");
    }
  }

  @Test
  void whatIsRefusedIsToldAndCanBeUndone() {
    open(url());
    page.fill("#buckets", "7");
    page.dispatchEvent("#buckets", "change");
    page.waitForSelector("#refusal:not([hidden])");
    assertThat(text("#refusal")).contains("not an even number");
    page.click("#undo");
    page.waitForSelector(
        "#refusal",
        new Page.WaitForSelectorOptions()
            .setState(com.microsoft.playwright.options.WaitForSelectorState.HIDDEN));
    settle();
  }

  @Test
  void anyTextIsTextAndNothingElse() {
    open(url());
    String hostile =
        "<script>window.hacked=1</script> <img src=x onerror=window.hacked=1> שלום עולם مرحبا"
            + " \u202Eevil 👩‍👩‍👧‍👦 naïve 日本語 &amp; \"quoted\" 'single' one two three four five"
            + " six";
    page.fill("#text", hostile);
    page.click("#text-form button[type=submit]");
    page.waitForFunction("() => document.getElementById('tokens').textContent.includes('script')");
    settle();
    assertThat(page.evaluate("window.hacked")).isNull();
    assertThat(page.locator("#tokens script, #tokens img, #saw script, #lost script").count())
        .isZero();
    assertThat(page.locator("#tokens .chip").allTextContents())
        .contains("שלום", "script", "window.hacked", "naïve")
        .noneMatch(token -> token.contains("\u202E"));
    page.reload();
    settle();
    assertThat(page.inputValue("#text")).isEqualTo(hostile);
    assertThat(page.evaluate("window.hacked")).isNull();
  }

  @Test
  void aHostileAddressIsNoScriptEither() {
    open(
        url()
            + "#text=%3Cimg+src%3Dx+onerror%3Dwindow.hacked%3D1%3E+a+b+c&rounds=zz&token=-5&constructor=1");
    assertThat(page.evaluate("window.hacked")).isNull();
    assertThat(page.locator("#tokens .chip").count()).isGreaterThan(3);
  }

  @Test
  void aTokenLightsUpEverywhere() {
    open(url());
    Locator chip = page.locator("#tokens .chip").nth(5);
    chip.click();
    page.waitForFunction(
        "() => document.getElementById('hash-token').textContent.includes('Token 5')");
    assertThat(text("#own-mass")).contains("token 5");
    assertThat(chip.getAttribute("aria-selected")).isEqualTo("true");
    page.waitForFunction(
        "() => document.getElementById('story-head').textContent.includes('Token 5')");
    BoundingBox ribbons = page.locator("#ribbons").boundingBox();
    page.mouse().move(ribbons.x + 15, ribbons.y + ribbons.height / 2);
    page.waitForSelector("#tokens .chip.hover");
    String hovered = text("#tokens .chip.hover");
    assertThat(text("#own-mass")).contains(hovered);
    BoundingBox square = page.locator("#square-overlay").boundingBox();
    page.mouse().move(square.x + square.width * 0.3, square.y + square.height * 0.7);
    page.waitForFunction(
        "() => document.getElementById('pair-note').textContent.startsWith('Query')");
    page.mouse().click(square.x + square.width * 0.3, square.y + square.height * 0.7);
    page.waitForFunction(
        "() => !document.getElementById('hash-token').textContent.includes('Token 5 ')");
    assertThat(page.url()).contains("token=");
  }

  @Test
  void whatTheSquareSaysIsWhatTheStoryLists() {
    open(url());
    int token = (int) page.evaluate("Number(document.querySelector('#saw tr[data-i]').dataset.i)");
    String own = text("#hash-token");
    page.focus("#square-overlay");
    int chosen = Integer.parseInt(own.replaceAll("\\D+(\\d+).*", "$1"));
    int steps = Math.abs(token - chosen);
    for (int i = 0; i < steps; i++) {
      page.keyboard().press(token > chosen ? "ArrowRight" : "ArrowLeft");
    }
    assertThat(text("#pair-note")).contains("key " + token).contains(": computed");
  }

  @Test
  void draggingTheVectorChangesItsBucket() {
    open(url());
    page.locator("#plane").scrollIntoViewIfNeeded();
    BoundingBox plane = page.locator("#plane").boundingBox();
    String before = page.getAttribute("#plane-note", "data-bucket");
    double middleX = plane.x + plane.width / 2;
    double middleY = plane.y + plane.height / 2;
    page.mouse().move(middleX + plane.width * 0.36, middleY);
    page.mouse().down();
    page.mouse().move(middleX - plane.width * 0.36, middleY + 2);
    String after = page.getAttribute("#plane-note", "data-bucket");
    page.mouse().up();
    assertThat(after).as("the opposite direction has the opposite bucket").isNotEqualTo(before);
    assertThat(text("#plane-note"))
        .contains("changes from bucket " + before + " to bucket " + after);
    assertThat(page.locator("#bars .shown .bucket").getAttribute("data-bucket")).isEqualTo(after);
    page.click("#plane-reset");
    assertThat(page.locator("#bars .shown .bucket").getAttribute("data-bucket")).isEqualTo(before);
  }

  @Test
  void theKeyboardAloneReachesEverything() {
    open(url());
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 90 && !reached.contains("plane-reset"); i++) {
      page.keyboard().press("Tab");
      reached.add(String.valueOf(page.evaluate("document.activeElement.id")));
    }
    assertThat(reached)
        .contains(
            "tour-start",
            "text",
            "rounds",
            "chunking",
            "causal",
            "tokens",
            "ribbons",
            "square-overlay",
            "zoom-in",
            "plane");
    page.focus("#tokens");
    page.keyboard().press("Home");
    page.keyboard().press("ArrowRight");
    page.waitForFunction(
        "() => document.getElementById('hash-token').textContent.includes('Token 1 ')");
    page.focus("#square-overlay");
    page.keyboard().press("+");
    assertThat(Double.parseDouble(page.getAttribute("#square-overlay", "data-zoom")))
        .isGreaterThan(1.2);
    page.keyboard().press("0");
    assertThat(Double.parseDouble(page.getAttribute("#square-overlay", "data-zoom"))).isEqualTo(1);
    page.keyboard().press("ArrowDown");
    page.waitForFunction(
        "() => document.getElementById('announcer').textContent.startsWith('Query 2')");
    page.focus("#ribbons");
    page.keyboard().press("ArrowDown");
    page.waitForFunction(
        "() => document.getElementById('announcer').textContent.startsWith('Place')");
    page.focus("#plane");
    for (int i = 0; i < 30; i++) {
      page.keyboard().press("ArrowLeft");
    }
    page.waitForFunction(
        "() => /changes from bucket/.test(document.getElementById('announcer').textContent)");
  }

  @Test
  void everythingHasANameForWhoCannotSeeIt() {
    open(url());
    Object nameless =
        page.evaluate(
            """
            () => [...document.querySelectorAll('button, input, select, textarea, canvas:not([aria-hidden]), svg[role=img]')]
              .filter(e => e.checkVisibility())
              .filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim()))
              .map(e => e.outerHTML.slice(0, 80))
            """);
    assertThat((List<?>) nameless).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1280, 900", "768, 1024", "390, 844"})
  void nothingSticksOutAtAnySize(int width, int height) {
    open(url());
    page.setViewportSize(width, height);
    page.waitForTimeout(300);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(width);
    for (String id : List.of("#tokens", "#bars", "#ribbons", "#square", "#plane", "#curves svg")) {
      BoundingBox box = page.locator(id).boundingBox();
      assertThat(box.x).as(id).isGreaterThanOrEqualTo(0);
      assertThat(box.x + box.width).as(id).isLessThanOrEqualTo(width + 1);
    }
  }

  @Test
  void costsOfEveryKindAreShownUpToAMillionTokens() {
    open(url());
    assertThat(text("#cost-table")).contains("1,048,576").contains("1.10T");
    page.click("#metrics [data-metric=bytes]");
    assertThat(text("#cost-table")).contains("MiB");
    page.click("#metrics [data-metric=seconds]");
    page.waitForFunction("() => document.querySelectorAll('#curves polyline').length === 3");
    assertThat(text("#cost-table")).containsPattern("\\d (s|ms|µs|min|h)");
  }

  @Test
  void aContinuationStreamsAndTellsWhatEachTokenLookedAt() throws IOException {
    Reformer model = Reformer.create(ContinuationTest.config(), 4);
    try (Source source = Explorer.model("a small model", model, Vocabulary.bytes());
        Explorer server = serve(source)) {
      open(LocalExplorer.url(server));
      assertThat(text("#source")).isEqualTo("a small model");
      assertThat(page.locator("#layer-label").isVisible()).isTrue();
      page.fill("#new-tokens", "6");
      page.fill("#temperature", "0.5");
      page.click("#generate");
      page.waitForFunction(
          "() => /^6 tokens/.test(document.getElementById('generate-note').textContent)");
      assertThat(page.locator("#continuation .chip").count()).isEqualTo(6);
      page.locator("#continuation .chip").first().click();
      assertThat(text("#looks")).contains("looked at");
      assertThat(page.locator("#looks li").count()).isPositive();
      page.fill("#new-tokens", "200");
      page.click("#generate");
      page.waitForSelector("#continuation .chip");
      page.click("#generate-stop");
      page.waitForFunction(
          "() => document.getElementById('generate-note').textContent.startsWith('stopped')");
      settle();
    }
  }

  @Test
  void anExportedPageNeedsNothingButItself(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.html");
    String text =
        "Once </script><script>window.hacked=1</script> upon a time שלום 👋 there was a small page"
            + " and it went away";
    Files.writeString(file, Export.page(new QuickSource(), Optional.of(text), 2));
    List<String> asked = new ArrayList<>();
    page = browser.page(1280, 900, ColorScheme.DARK);
    page.onConsoleMessage(this::listen);
    page.onPageError(complaints::add);
    page.onRequest(request -> {
      if (!request.url().startsWith("data:")) {
        asked.add(request.url());
      }
    });
    Response response = page.navigate(file.toUri().toString());
    assertThat(response == null || response.ok()).isTrue();
    settle();
    assertThat(asked).as("requests").hasSize(1);
    assertThat(page.evaluate("window.hacked")).isNull();
    assertThat(page.locator("#tokens .chip").count()).isGreaterThan(12);
    page.locator("#tokens .chip").nth(2).click();
    page.waitForFunction(
        "() => document.getElementById('hash-token').textContent.includes('Token 2 ')");
    assertThat(page.locator("#rounds").isDisabled()).isTrue();
    assertThat(page.locator("#fixed-note").isVisible()).isTrue();
    assertThat(text("#cost-table")).contains("1,048,576");
    page.click("#tour-start");
    for (int step = 0; step < 6; step++) {
      page.click("#tour-next");
    }
    assertThat(page.locator("#tour").isHidden()).isTrue();
  }
}
