package dev.sana4j.server.http;

import static dev.sana4j.server.NodeScript.image;
import static dev.sana4j.server.http.PageBrowser.PROMPT;
import static dev.sana4j.server.http.PageBrowser.SIDE;
import static dev.sana4j.server.http.PageBrowser.picture;
import static dev.sana4j.server.http.PageBrowser.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.http.PageBrowser.Run;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.safety.ApiKeys;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The page in Chromium; runs only with Chromium and Node.js, and after npm ci. */
class WebPageTest {
  @Test
  void typingAndEnterMakeAnImageAndThePromptStaysText() throws IOException, InterruptedException {
    JsonNode seen = use("generate");
    assertThat(seen.path("focused").asText()).isEqualTo("prompt");
    assertThat(seen.path("request").path("prompt").asText()).isEqualTo(PROMPT);
    assertThat(seen.path("alt").asText()).isEqualTo(PROMPT);
  }

  @Test
  void progressWithPreviewsIsSeenAndCancelEndsIt() throws IOException, InterruptedException {
    JsonNode seen = use("watch", Run.slow(Duration.ofMillis(200)));
    assertThat(seen.path("words").asText()).contains(PROMPT, "image 1 of 2", "step ");
    assertThat(seen.path("after").asText()).isEqualTo("Cancelled");
    assertThat(seen.path("places").asInt()).isZero();
  }

  @Test
  void aPaintedMaskIsWhiteWhereItWasPainted() throws IOException, InterruptedException {
    JsonNode seen = use("inpaint");
    BufferedImage painted = picture(seen.path("mask").asText());
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
    JsonNode seen =
        use("key", new Run(new FakeGenerator(), ApiKeys.of(List.of("secret")), image(Map.of())));
    assertThat(seen.path("kept").asInt()).isEqualTo(1);
    assertThat(seen.path("leaked").asBoolean()).isFalse();
  }

  @Test
  void aModelThatKnowsSomeObjectsSaysSoAndOffersThem() throws IOException, InterruptedException {
    JsonNode seen = use("guide", Run.guided(Duration.ZERO));
    assertThat(seen.path("welcome").asText()).contains("60 objects", "Surprise me");
    assertThat(seen.path("example").asText()).isEqualTo("a red apple on a blue background");
    assertThat(seen.path("hint").asText()).contains("knows 60 objects");
    assertThat(seen.path("objects").asInt()).isEqualTo(60);
    assertThat(seen.path("chosen").asText()).matches("an apple on an? \\w+ background");
    assertThat(seen.path("surprise").asText()).matches("a (flat|3D) .* on an? \\w+ background");
    assertThat(seen.path("styled").asText()).isEqualTo("a 3D cat on a green background");
  }

  @Test
  void jobsAndThePromptSurviveAReload() throws IOException, InterruptedException {
    JsonNode seen = use("reload", Run.slow(Duration.ofMillis(400)));
    assertThat(seen.path("row").asText()).isEqualTo("slow " + PROMPT);
    assertThat(seen.path("draft").asText()).isEqualTo("half a sentence");
    assertThat(seen.path("rows").asInt()).isZero();
  }

  @Test
  void earlierPromptsAndKeysAreAtHand() throws IOException, InterruptedException {
    JsonNode seen = use("keyboard");
    assertThat(seen.path("second").asText()).isEqualTo("second prompt");
    assertThat(seen.path("earlier").asText()).isEqualTo("first prompt");
    assertThat(seen.path("later").asText()).isEqualTo("second prompt");
    assertThat(seen.path("keys").asInt()).isGreaterThan(9);
    assertThat(seen.path("focused").asText()).isEqualTo("prompt");
  }

  @Test
  void imagesAreFoundStarredComparedZippedAndDeletedWithUndo()
      throws IOException, InterruptedException {
    JsonNode seen = use("select");
    assertThat(seen.path("found").asInt()).isEqualTo(2);
    assertThat(seen.path("starred").asInt()).isEqualTo(1);
    assertThat(seen.path("compared").asInt()).isEqualTo(2);
    assertThat(seen.path("captions"))
        .extracting(JsonNode::asText)
        .containsExactly("a boat", "apples", "apples");
    byte[] zip = Base64.getDecoder().decode(seen.path("zip").asText());
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
        assertThat(ImageIO.read(new ByteArrayInputStream(in.readAllBytes())).getWidth())
            .isEqualTo(SIDE); // readAllBytes also checks the checksum
      }
    }
    assertThat(names).hasSize(2).allMatch(name -> name.matches("sana-\\d+(-\\d+)?\\.png"));
  }

  @Test
  void theFrameOfAnImageIsDraggedAndTyped() throws IOException, InterruptedException {
    JsonNode seen = use("extend");
    JsonNode outpaint = seen.path("outpaint");
    assertThat(outpaint.path("right").asInt()).isPositive();
    assertThat(outpaint.path("top").asInt()).isEqualTo(8);
    assertThat(outpaint.path("left").asInt()).isZero();
    assertThat(seen.path("mask").asBoolean()).isFalse();
    assertThat(seen.path("facts").asText()).contains("outpainting");
  }

  @Test
  void theSettingsInAPngAreOffered() throws IOException, InterruptedException {
    String parameters =
        "a fox <lora:ink:0.8>\nNegative prompt: rain\n"
            + "Steps: 7, Sampler: Euler, CFG scale: 5, Seed: 99, Size: 32x32";
    String image = image(Map.of("parameters", parameters));
    JsonNode seen = use("drop", new Run(new FakeGenerator(), ApiKeys.none(), image));
    assertThat(seen.path("prompt").asText()).isEqualTo("a fox");
    assertThat(seen.path("seed").asText()).isEqualTo("99");
    assertThat(seen.path("steps").asText()).isEqualTo("7");
  }

  @Test
  void nothingKeepsAnyoneFromUsingThePage() throws IOException, InterruptedException {
    JsonNode seen = use("accessible", Run.guided(Duration.ofMillis(300)));
    assumeTrue(!seen.path("skipped").asBoolean(), "axe-core is not installed");
    assertThat(seen.path("found")).as("violations found by axe-core").isEmpty();
  }

  @Test
  void aWrongAddressIsAPageForBrowsersAndJsonForPrograms()
      throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture()) {
      var page = server.send("GET", "/no/such", new byte[0], "Accept", "text/html,*/*;q=0.8");
      assertThat(page.statusCode()).isEqualTo(404);
      assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
      assertThat(new String(page.body(), StandardCharsets.UTF_8)).contains("no such page");
      for (String path : List.of("/api/v1/no", "/controlnet/no", "/mcp/no")) {
        var json = server.send("GET", path, new byte[0], "Accept", "text/html");
        assertThat(json.headers().firstValue("Content-Type").orElse(""))
            .startsWith("application/json");
      }
    }
  }

  @Test
  void thePageMayRunNothingButItsOwnScripts() throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture()) {
      var page = server.send("GET", "/", new byte[0]);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'")
          .containsPattern("script-src 'self' 'sha256-[A-Za-z0-9+/]{43}=';")
          .doesNotContain("unsafe");
    }
  }
}
