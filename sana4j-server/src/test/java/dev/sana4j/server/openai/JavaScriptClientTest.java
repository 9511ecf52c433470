package dev.sana4j.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.NodeScript;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The official client for JavaScript, unchanged; runs only with Node.js, and after npm ci. */
class JavaScriptClientTest {
  @Test
  void itWorksAgainstTheServer() throws IOException, InterruptedException {
    NodeScript.assumeInstalled("openai");
    try (ServerFixture server =
        new ServerFixture(
            new FakeGenerator(),
            Filters.NONE,
            ServerFixture.settings(
                ApiKeys.of(List.of("secret")), List.of(), false, ServerFixture.queue(9)))) {
      String address = server.uri("/v1").toString();
      String said = NodeScript.run("", "images.mjs", address, "secret", NodeScript.image(Map.of()));
      JsonNode seen = ServerFixture.JSON.readTree(said);
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
