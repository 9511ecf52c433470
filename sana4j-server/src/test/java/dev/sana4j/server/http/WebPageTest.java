package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The page in Chromium; runs only with Chromium and Node.js, and after npm ci. */
class WebPageTest {
  private static final Path FOLDER = Path.of("src/test/js");
  private static final Path SCREENSHOTS = Path.of("target/page");
  private static final int SIDE = FakeGenerator.SIDE;

  /** Text that would run as a script if the page inserted it as HTML. */
  private static final String PROMPT = "<img src=x onerror=alert(1)> 一个苹果";

  private static Optional<Path> browser() {
    String path = String.valueOf(System.getenv("PATH"));
    return Stream.of(path.split(":"))
        .flatMap(folder -> Stream.of("chromium", "google-chrome").map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static JsonNode use(String flow) throws IOException, InterruptedException {
    return use(flow, ApiKeys.none(), Duration.ZERO);
  }

  private static JsonNode use(String flow, ApiKeys keys, Duration step)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.isDirectory(FOLDER.resolve("node_modules/playwright-core")), "npm ci has not run");
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "Chromium is not installed");
    try (ServerFixture server =
        new ServerFixture(
            new FakeGenerator(step),
            Filters.NONE,
            ServerFixture.settings(keys, List.of(), false, ServerFixture.queue(9)))) {
      Process node =
          new ProcessBuilder(
                  "node",
                  "page.mjs",
                  server.uri("/").toString(),
                  browser.get().toString(),
                  SCREENSHOTS.toAbsolutePath().toString(),
                  image(),
                  PROMPT,
                  flow)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(node.exitValue()).as(said).isZero();
      JsonNode seen = ServerFixture.JSON.readTree(said);
      assertThat(seen.path("problems")).as(said).isEmpty();
      return seen;
    }
  }

  private static String image() {
    RgbImage grey = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] png = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(grey);
    return Base64.getEncoder().encodeToString(png);
  }

  @Test
  void typingAndEnterMakeAnImageAndThePromptStaysText() throws IOException, InterruptedException {
    JsonNode seen = use("generate");
    assertThat(seen.path("focused").asText()).isEqualTo("prompt");
    assertThat(seen.path("request").path("prompt").asText()).isEqualTo(PROMPT);
    assertThat(seen.path("alt").asText()).isEqualTo(PROMPT);
  }

  @Test
  void progressWithPreviewsIsSeenAndCancelEndsIt() throws IOException, InterruptedException {
    JsonNode seen = use("watch", ApiKeys.none(), Duration.ofMillis(200));
    assertThat(seen.path("words").asText()).startsWith("Step ");
    assertThat(seen.path("after").asText()).isEqualTo("Cancelled");
    assertThat(seen.path("places").asInt()).isZero();
  }

  @Test
  void aPaintedMaskIsWhiteWhereItWasPainted() throws IOException, InterruptedException {
    JsonNode seen = use("inpaint");
    String mask = seen.path("mask").asText();
    byte[] png = Base64.getDecoder().decode(mask.substring(mask.indexOf(',') + 1));
    var painted = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(painted.getWidth()).isEqualTo(SIDE);
    assertThat(painted.getRGB(SIDE * 3 / 8, SIDE * 3 / 8)).isEqualTo(0xffffffff);
    assertThat(painted.getRGB(SIDE * 7 / 8, SIDE * 7 / 8)).isEqualTo(0xff000000);
    assertThat(seen.path("sized").asBoolean()).isFalse();
    assertThat(seen.path("task").asText()).contains("inpainting");
  }

  @Test
  void imagesOfTheGalleryAreLookedAtSavedMadeAgainAndVaried()
      throws IOException, InterruptedException {
    JsonNode seen = use("gallery");
    assertThat(seen.path("name").asText()).matches("sana-\\d+\\.png");
    assertThat(seen.path("again").asBoolean()).as("the old seed").isFalse();
    assertThat(seen.path("varied").path("count").asInt()).isEqualTo(4);
    assertThat(seen.path("varied").path("image").asText()).isEqualTo("data:image/png;base64,");
  }

  @Test
  void languageAndThemeStayAsChosenAndEveryControlHasAName()
      throws IOException, InterruptedException {
    JsonNode seen = use("languages");
    assertThat(seen.path("button").asText()).isEqualTo("生成");
    assertThat(seen.path("language").asText()).isEqualTo("zh-Hans");
    assertThat(seen.path("theme").asText()).isEqualTo("dark");
    assertThat(seen.path("unnamed")).isEmpty();
  }

  @Test
  void onANarrowScreenNothingIsCutOff() throws IOException, InterruptedException {
    assertThat(use("narrow").path("wide").asInt()).isEqualTo(360);
  }

  @Test
  void aKeyIsAskedForWhereItIsNeededAndKeptForTheTabOnly()
      throws IOException, InterruptedException {
    JsonNode seen = use("key", ApiKeys.of(List.of("secret")), Duration.ZERO);
    assertThat(seen.path("kept").asInt()).isEqualTo(1);
  }

  @Test
  void thePageMayRunNothingButItsOwnScripts() throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture()) {
      var page = server.send("GET", "/", new byte[0]);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "script-src 'self';")
          .doesNotContain("unsafe");
    }
  }
}
