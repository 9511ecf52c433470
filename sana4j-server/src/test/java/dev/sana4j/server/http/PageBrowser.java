package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.NodeScript;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Uses the page in Chromium with the flows of page.mjs. */
final class PageBrowser {
  private static final Path SCREENSHOTS = Path.of("target/page");
  static final int SIDE = FakeGenerator.SIDE;

  /** Text that would run as a script if the page inserted it as HTML. */
  static final String PROMPT = "<img src=x onerror=alert(1)> 一个苹果";

  private PageBrowser() {}

  private static Optional<Path> browser() {
    String path = String.valueOf(System.getenv("PATH"));
    return Stream.of(path.split(":"))
        .flatMap(folder -> Stream.of("chromium", "google-chrome").map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** How a flow is run. */
  record Run(FakeGenerator generator, ApiKeys keys, String png) {
    static Run standard() {
      return new Run(new FakeGenerator(), ApiKeys.none(), NodeScript.image(Map.of()));
    }

    static Run slow(Duration step) {
      return new Run(new FakeGenerator(step), ApiKeys.none(), NodeScript.image(Map.of()));
    }

    static Run guided(Duration step) {
      return new Run(FakeGenerator.guided(step), ApiKeys.none(), NodeScript.image(Map.of()));
    }
  }

  static JsonNode use(String flow) throws IOException, InterruptedException {
    return use(flow, Run.standard());
  }

  static JsonNode use(String flow, Run run) throws IOException, InterruptedException {
    var settings = ServerFixture.settings(run.keys(), List.of(), false, ServerFixture.queue(9));
    try (var server = new ServerFixture(run.generator(), Filters.NONE, settings)) {
      return use(flow, server, run.png());
    }
  }

  static JsonNode use(String flow, ServerFixture server, String png)
      throws IOException, InterruptedException {
    NodeScript.assumeInstalled("playwright-core");
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "Chromium is not installed");
    String said =
        NodeScript.run(
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

  /** Returns the image of a data URI. */
  static BufferedImage picture(String uri) throws IOException {
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
