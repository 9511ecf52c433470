package dev.sana4j.server.openai;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The official client for JavaScript, unchanged; runs only with Node.js, and after npm ci. */
class JavaScriptClientTest {
  private static final Path FOLDER = Path.of("src/test/js");
  private static final int SIDE = FakeGenerator.SIDE;

  private static JsonNode run(ServerFixture server, String key)
      throws IOException, InterruptedException {
    RgbImage image = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] png = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    Process node =
        new ProcessBuilder(
                "node",
                "images.mjs",
                server.uri("/v1").toString(),
                key,
                Base64.getEncoder().encodeToString(png))
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(node.exitValue()).as(said).isZero();
    return ServerFixture.JSON.readTree(said);
  }

  @Test
  void itWorksAgainstTheServer() throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(FOLDER.resolve("node_modules/openai")), "npm ci has not run");
    try (ServerFixture server =
        new ServerFixture(
            new FakeGenerator(),
            Filters.NONE,
            ServerFixture.settings(
                ApiKeys.of(List.of("secret")), List.of(), false, ServerFixture.queue(9)))) {
      JsonNode seen = run(server, "secret");
      assertThat(seen.path("models").get(0).asText()).isEqualTo("fake");
      assertThat(seen.path("generated").toString()).isEqualTo("[\"PNG\",\"PNG\"]");
      assertThat(seen.path("size").asText()).isEqualTo("48x32");
      assertThat(seen.path("events").get(0).asText()).isEqualTo("image_generation.partial_image");
      assertThat(seen.path("events").toString()).endsWith("image_generation.completed\"]");
      assertThat(seen.path("edited").asInt()).isEqualTo(1);
      assertThat(seen.path("editedFromList").asInt()).isEqualTo(1);
      assertThat(seen.path("refusal").path("name").asText()).isEqualTo("BadRequestError");
      assertThat(seen.path("refusal").path("param").asText()).isEqualTo("n");
      assertThat(seen.path("wrongKey").asText()).isEqualTo("AuthenticationError");
    }
  }
}
