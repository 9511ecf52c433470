package dev.sana4j.server.sdapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two npm clients of AUTOMATIC1111's web UI, unchanged; run only with Node.js, after npm ci. */
class WebuiClientsTest {
  private static final Path FOLDER = Path.of("src/test/js");
  private static final int SIDE = FakeGenerator.SIDE;

  private static JsonNode run(ServerFixture server) throws IOException, InterruptedException {
    RgbImage image = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] png = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    String address = server.uri("/").toString();
    Process node =
        new ProcessBuilder(
                "node",
                "webui.mjs",
                address.substring(0, address.length() - 1),
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
  void theyWorkAgainstTheServer() throws IOException, InterruptedException {
    assumeTrue(
        Files.isDirectory(FOLDER.resolve("node_modules/stable-diffusion-api")),
        "npm ci has not run");
    try (ServerFixture server = new ServerFixture()) {
      JsonNode seen = run(server);
      assertThat(seen.path("made").toString()).isEqualTo("{\"images\":1,\"sampler\":\"Fake\"}");
      assertThat(seen.path("edited").asInt()).isEqualTo(1);
      assertThat(seen.path("hires").asInt()).isEqualTo(2 * SIDE);
      assertThat(seen.path("extra").asInt()).isEqualTo(2 * SIDE);
      assertThat(seen.path("extraByModel").asInt()).isEqualTo(4 * SIDE);
      assertThat(seen.path("extras").asInt()).isEqualTo(2);
      assertThat(seen.path("pngInfo").asBoolean()).isTrue();
      assertThat(seen.path("upscalers").toString()).contains("None", "sana4j");
      assertThat(seen.path("edges").asInt()).isEqualTo(SIDE);
      assertThat(seen.path("modules").toString()).isEqualTo("[\"none\",\"canny\",\"sobel\"]");
      assertThat(seen.path("models")).isEmpty();
      assertThat(seen.path("controlled").asText()).contains("no ControlNet");
      assertThat(seen.path("samplers").asInt()).isEqualTo(19);
      assertThat(seen.path("described").path("seed").asInt()).isEqualTo(5);
      assertThat(seen.path("described").path("negativePrompt").asText()).isEqualTo("mud");
      assertThat(seen.path("fromImage").asInt()).isEqualTo(1);
    }
  }
}
