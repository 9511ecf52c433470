package dev.sana4j.server.sdapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.NodeScript;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two npm clients of AUTOMATIC1111's web UI, unchanged; run only with Node.js, after npm ci. */
class WebuiClientsTest {
  private static final int SIDE = FakeGenerator.SIDE;

  @Test
  void theyWorkAgainstTheServer() throws IOException, InterruptedException {
    NodeScript.assumeInstalled("stable-diffusion-api");
    try (ServerFixture server = new ServerFixture()) {
      String address = server.uri("").toString();
      String said = NodeScript.run("", "webui.mjs", address, NodeScript.image(Map.of()));
      JsonNode seen = ServerFixture.JSON.readTree(said);
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
