package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.FakeModel;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.safety.ApiKeys;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** How a flow is run. */
  private record Run(FakeGenerator generator, ApiKeys keys, String png) {
    static Run standard() {
      return new Run(new FakeGenerator(), ApiKeys.none(), image(Map.of()));
    }

    static Run slow(Duration step) {
      return new Run(new FakeGenerator(step), ApiKeys.none(), image(Map.of()));
    }

    static Run guided(Duration step) {
      return new Run(FakeGenerator.guided(step), ApiKeys.none(), image(Map.of()));
    }
  }

  private static JsonNode use(String flow) throws IOException, InterruptedException {
    return use(flow, Run.standard());
  }

  private static JsonNode use(String flow, Run run) throws IOException, InterruptedException {
    var settings = ServerFixture.settings(run.keys(), List.of(), false, ServerFixture.queue(9));
    try (var server = new ServerFixture(run.generator(), Filters.NONE, settings)) {
      return use(flow, server, run.png());
    }
  }

  private static JsonNode use(String flow, ServerFixture server, String png)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.isDirectory(FOLDER.resolve("node_modules/playwright-core")), "npm ci has not run");
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "Chromium is not installed");
    String said =
        node(
            "",
            "page.mjs",
            server.uri("/").toString(),
            browser.get().toString(),
            SCREENSHOTS.toAbsolutePath().toString(),
            png,
            PROMPT,
            flow);
    JsonNode seen = ServerFixture.JSON.readTree(said);
    assertThat(seen.path("problems")).as(said).isEmpty();
    return seen;
  }

  /** Runs a script of Node.js, and returns what it prints. */
  private static String node(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(List.of(arguments));
    Process node =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    try (OutputStream out = node.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(node.exitValue()).as(said).isZero();
    return said;
  }

  private static String image(Map<String, String> texts) {
    RgbImage grey = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] png = new ImageEncoding(ImageFormat.PNG, 90, texts, null).bytes(grey);
    return Base64.getEncoder().encodeToString(png);
  }

  /** Returns the image of a data URI. */
  private static BufferedImage picture(String uri) throws IOException {
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(png));
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
  void ownSizesAreTypedAndImagesAreZoomedAndEnlarged() throws IOException, InterruptedException {
    JsonNode seen = use("sizes");
    assertThat(seen.path("width").asInt()).isEqualTo(48);
    assertThat(seen.path("height").asInt()).isEqualTo(24);
    assertThat(seen.path("zoom").asText()).isEqualTo("150 %");
    assertThat(seen.path("upscale").asInt()).isEqualTo(2);
    assertThat(seen.path("wide").asText()).isEqualTo("96");
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
  void adaptersAreChosenWeightedAndRemoved(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.write(folder.resolve("ink.safetensors"), new byte[8]);
    Files.write(folder.resolve("style.safetensors"), new byte[8]);
    ServerSettings settings = ServerSettings.local(0).withLoras(LoraFolder.of(folder));
    try (var server = new ServerFixture(new FakeGenerator(), Filters.NONE, settings)) {
      JsonNode seen = use("loras", server, image(Map.of()));
      assertThat(seen.path("offered")).extracting(JsonNode::asText).containsExactly("ink", "style");
      assertThat(seen.path("both"))
          .hasToString("[{\"name\":\"ink\",\"scale\":1},{\"name\":\"style\",\"scale\":0.5}]");
      assertThat(seen.path("one")).hasToString("[{\"name\":\"style\",\"scale\":0.5}]");
      assertThat(seen.path("facts").asText()).contains("ink (1), style (0.5)");
    }
  }

  @Test
  void anImageAndItsMaskStayWhenAnotherModelIsChosen() throws IOException, InterruptedException {
    ModelPool pool =
        new ModelPool(
            List.of(new FakeModel("one", 1), new FakeModel("other", 1)),
            2,
            (known, freed) -> List.of());
    try (var server = new ServerFixture(pool, Filters.NONE, ServerSettings.local(0))) {
      JsonNode seen = use("models", server, image(Map.of()));
      assertThat(seen.path("model").asText()).isEqualTo("other");
      assertThat(seen.path("count").asInt()).isEqualTo(2);
      BufferedImage mask = picture(seen.path("mask").asText());
      assertThat(mask.getRGB(SIDE / 2, SIDE / 2)).isEqualTo(0xffffffff);
      assertThat(mask.getRGB(1, 1)).isEqualTo(0xff000000);
    }
  }

  @Test
  void nothingKeepsAnyoneFromUsingThePage() throws IOException, InterruptedException {
    JsonNode seen = use("accessible", Run.guided(Duration.ofMillis(300)));
    assumeTrue(!seen.path("skipped").asBoolean(), "axe-core is not installed");
    assertThat(seen.path("found")).as("violations found by axe-core").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "an apple | flat | none | a flat apple",
        "a red apple on a blue background | flat | none | a flat red apple on a blue background",
        "two cats | solid | white | two 3D cats on a white background",
        "a flat dog on a red background | solid | none | a 3D dog on a red background",
        "🍎 on a black background | flat | none | a flat apple on a black background",
        "🍎🍎 | solid | red | two 3D apples on a red background",
        "an owl on the green background. | none | blue | an owl on a blue background.",
        "a castle | flat | none | a castle",
        "一只猫 | flat | none | 一只扁平风格的猫",
        "蓝色背景上的一只猫头鹰 | solid | none | 蓝色背景上的一只3D风格的猫头鹰",
        "一个苹果 | solid | red | 一个3D风格的苹果，红色背景",
        "蓝色背景上的一只扁平风格的猫 | solid | white | 白色背景上的一只3D风格的猫",
      })
  void stylesAndBackgroundsUseTheWordsThatTheModelKnows(
      String prompt, String style, String background, String expected)
      throws IOException, InterruptedException {
    assumeTrue(isThereNode(), "Node.js is not installed");
    ObjectNode input = ServerFixture.JSON.createObjectNode();
    input.set("guide", ServerFixture.JSON.readTree(FakeGenerator.guide()));
    input
        .putArray("cases")
        .addObject()
        .put("prompt", prompt)
        .put("style", style)
        .put("background", background);
    String script =
        Path.of("src/main/resources/dev/sana4j/server/web/js/styles.js")
            .toAbsolutePath()
            .toString();
    JsonNode made = ServerFixture.JSON.readTree(node(input.toString(), "prompts.mjs", script));
    assertThat(made.get(0).path("prompt").asText()).isEqualTo(expected);
  }

  private static boolean isThereNode() {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
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
          .contains("default-src 'none'", "script-src 'self';")
          .doesNotContain("unsafe");
    }
  }
}
