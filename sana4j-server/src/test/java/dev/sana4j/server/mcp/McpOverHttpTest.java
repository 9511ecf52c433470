package dev.sana4j.server.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobStatus;
import dev.sana4j.server.safety.ApiKeys;
import dev.sana4j.server.safety.BlockList;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The tools over HTTP, with the client of the SDK. */
class McpOverHttpTest {
  private static final String OPEN =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
       "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

  private static ServerFixture keyed() {
    return new ServerFixture(
        new FakeGenerator(),
        new Filters(BlockList.of(List.of("forbidden")), prompt -> java.util.Optional.empty()),
        ServerFixture.settings(
            ApiKeys.of(List.of("anna secret", "bert other")),
            List.of(),
            false,
            ServerFixture.queue(9)));
  }

  private static String png(int side) {
    RgbImage image = RgbImage.of(side, side, new byte[3 * side * side]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  private static HttpResponse<byte[]> post(ServerFixture server, String json, String... headers)
      throws IOException, InterruptedException {
    return server.send("POST", "/mcp", json.getBytes(UTF_8), headers);
  }

  private static String session(ServerFixture server, String... headers)
      throws IOException, InterruptedException {
    return post(server, OPEN, headers).headers().firstValue("Mcp-Session-Id").orElseThrow();
  }

  @Test
  void theToolsAreListedWithTheLimitsOfTheModel() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      assertThat(assistant.client().initialize().serverInfo().name()).isEqualTo("sana4j");
      List<Tool> tools = assistant.client().listTools().tools();
      assertThat(tools)
          .extracting(Tool::name)
          .containsExactlyInAnyOrder(
              "generate_image", "edit_image", "upscale_image", "list_models");
      JsonNode schema = ServerFixture.JSON.valueToTree(tools.get(0).inputSchema());
      assertThat(schema.at("/properties/steps/maximum").asInt()).isEqualTo(50);
      assertThat(schema.at("/properties/width/minimum").asInt()).isEqualTo(1);
      assertThat(schema.at("/required/0").asText()).isEqualTo("prompt");
    }
  }

  @Test
  void imagesComeWithATextThatTellsSeedSizeAndSteps() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call("generate_image", Map.of("prompt", "a cat", "seed", 7, "count", 2));
      assertThat(Assistant.images(result))
          .extracting(RgbImage::size)
          .containsOnly(new ImageSize(32, 32))
          .hasSize(2);
      assertThat(Assistant.text(result))
          .contains(
              "32x32 pixels, seed 7, 4 steps", "seed 8", server.uri("/api/v1/images/").toString());
    }
  }

  @Test
  void anImageIsAJpegIfTheAssistantAsksForIt() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call("generate_image", Map.of("prompt", "a cat", "format", "jpeg"));
      assertThat(((ImageContent) result.content().get(0)).mimeType()).isEqualTo("image/jpeg");
    }
  }

  @Test
  void numbersMayBeText() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call(
              "generate_image", Map.of("prompt", "a cat", "width", "64", "height", "16"));
      assertThat(Assistant.images(result).get(0).size()).isEqualTo(new ImageSize(64, 16));
    }
  }

  @Test
  void progressIsToldStepByStep() {
    try (ServerFixture server = new ServerFixture(new FakeGenerator(Duration.ofMillis(30)));
        Assistant assistant = Assistant.of(server)) {
      assistant.watched("generate_image", Map.of("prompt", "a cat"));
      assertThat(assistant.progress()).isNotEmpty();
      assertThat(assistant.progress())
          .allSatisfy(
              told -> {
                assertThat(told.progressToken()).isEqualTo("token");
                assertThat(told.total()).isEqualTo(4);
                assertThat(told.message()).startsWith("step ");
              });
      assertThat(assistant.progress()).extracting(told -> told.progress()).isSorted();
    }
  }

  @Test
  void anEarlierResultIsEditedAndUpscaledByItsName() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      String name = Assistant.name(assistant.call("generate_image", Map.of("prompt", "a cat")));
      CallToolResult edited =
          assistant.call("edit_image", Map.of("image", name, "prompt", "a dog", "strength", 0.7));
      assertThat(Assistant.images(edited)).hasSize(1);
      CallToolResult large =
          assistant.call("upscale_image", Map.of("image", Assistant.name(edited), "factor", 4));
      assertThat(Assistant.images(large).get(0).size()).isEqualTo(new ImageSize(128, 128));
    }
  }

  @Test
  void imagesAndMasksAreSentAsDataUrisOrBase64() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call(
              "edit_image", Map.of("image", "data:image/png;base64," + png(16), "mask", png(16)));
      assertThat(Assistant.images(result).get(0).size()).isEqualTo(new ImageSize(16, 16));
    }
  }

  @Test
  void theModelsAreListed() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      assertThat(Assistant.text(assistant.call("list_models", Map.of())))
          .startsWith("fake (the default)")
          .contains("32x32", "at most 50");
      assertThat(
              Assistant.images(
                  assistant.call("generate_image", Map.of("prompt", "a cat", "model", "fake"))))
          .hasSize(1);
    }
  }

  @Test
  void aRefusedRequestIsAnErrorOfTheToolInOneLine() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      Map<Map<String, Object>, String> refusals =
          Map.of(
              Map.of("prompt", " "), "the prompt is empty",
              Map.of("prompt", "a cat", "steps", 51), "steps 51 is not between 1 and 50",
              Map.of("prompt", "a cat", "size", "1x1"), "unknown field size",
              Map.of("prompt", "a cat", "model", "other"), "unknown model other",
              Map.of("prompt", "never"), "the model cannot make this",
              Map.of("prompt", "throw"), "see the log of the server");
      refusals.forEach(
          (arguments, reason) -> {
            CallToolResult result = assistant.call("generate_image", arguments);
            assertThat(result.isError()).isTrue();
            assertThat(Assistant.text(result)).contains(reason).hasLineCount(1);
          });
    }
  }

  @Test
  void inputImagesThatCannotBeReadAreErrorsOfTheTool() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      for (String image : List.of("image:unknown", "file:/etc/hostname", "AAAA", "?")) {
        CallToolResult result = assistant.call("upscale_image", Map.of("image", image));
        assertThat(result.isError()).as(image).isTrue();
        assertThat(Assistant.text(result)).as(image).contains("image").hasLineCount(1);
      }
    }
  }

  @Test
  void aMaskOfAnotherSizeIsAnErrorOfTheTool() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call("edit_image", Map.of("image", png(16), "mask", png(8)));
      assertThat(result.isError()).isTrue();
      assertThat(Assistant.text(result)).contains("the mask must have the size").hasLineCount(1);
    }
  }

  @Test
  void anUnknownToolIsAnErrorOfTheProtocol() {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      assertThatThrownBy(() -> assistant.call("paint", Map.of()))
          .hasMessageContaining("unknown tool");
    }
  }

  @Test
  void aKeyIsRequiredLikeForTheOtherInterfaces() throws IOException, InterruptedException {
    try (ServerFixture server = keyed()) {
      assertThat(post(server, OPEN).statusCode()).isEqualTo(401);
      assertThat(post(server, OPEN, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(server.send("POST", "/mcp/", OPEN.getBytes(UTF_8)).statusCode()).isEqualTo(401);
      try (Assistant assistant = Assistant.of(server, "Authorization", "Bearer secret")) {
        assertThat(assistant.call("list_models", Map.of()).isError()).isFalse();
      }
      try (Assistant assistant = Assistant.of(server, "Authorization", "Bearer wrong")) {
        assertThatThrownBy(() -> assistant.client().initialize()).isNotNull();
      }
    }
  }

  @Test
  void thePromptFilterRefuses() {
    try (ServerFixture server = keyed();
        Assistant assistant = Assistant.of(server, "X-API-Key", "secret")) {
      CallToolResult result =
          assistant.call("generate_image", Map.of("prompt", "a forbidden thing"));
      assertThat(result.isError()).isTrue();
      assertThat(Assistant.text(result)).doesNotContain("internal").hasLineCount(1);
    }
  }

  @Test
  void pagesOfOtherSitesAreRefused() throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture()) {
      HttpResponse<byte[]> answer = post(server, OPEN, "Origin", "https://evil.example");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(ServerFixture.JSON.readTree(answer.body()).at("/error/code").asInt())
          .isEqualTo(-32600);
    }
  }

  @Test
  void aSessionBelongsToItsKeyAndEndsWhenItIsDeleted() throws IOException, InterruptedException {
    try (ServerFixture server = keyed()) {
      String session = session(server, "X-API-Key", "secret");
      String ping = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}";
      String[] own = {"X-API-Key", "secret", "Mcp-Session-Id", session};
      String[] foreign = {"X-API-Key", "other", "Mcp-Session-Id", session};
      assertThat(post(server, ping, own).statusCode()).isEqualTo(200);
      assertThat(post(server, ping, foreign).statusCode()).isEqualTo(404);
      assertThat(server.send("DELETE", "/mcp", new byte[0], foreign).statusCode()).isEqualTo(404);
      assertThat(server.send("DELETE", "/mcp", new byte[0], own).statusCode()).isEqualTo(204);
      assertThat(post(server, ping, own).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aCancelledCallStopsItsJobAndIsNotAnswered() throws Exception {
    try (ServerFixture server = new ServerFixture(new FakeGenerator(Duration.ofSeconds(1)))) {
      String session = session(server);
      String[] headers = {
        "Mcp-Session-Id", session, "Accept", "application/json, text/event-stream"
      };
      String call =
          """
          {"jsonrpc":"2.0","id":"a","method":"tools/call",
           "params":{"name":"generate_image","arguments":{"prompt":"a cat","steps":50}}}""";
      CompletableFuture<HttpResponse<byte[]>> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return post(server, call, headers);
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      var job = runningJob(server);
      String cancel =
          """
          {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}""";
      assertThat(post(server, cancel, headers).statusCode()).isEqualTo(202);
      assertThat(answer.get(30, TimeUnit.SECONDS).body()).asString().doesNotContain("data:");
      assertThat(job.state().status()).isEqualTo(JobStatus.CANCELLED);
    }
  }

  private static dev.sana4j.server.jobs.Job runningJob(ServerFixture server) {
    while (true) {
      var jobs = server.jobs().active(new Client("127.0.0.1"));
      if (!jobs.isEmpty()) {
        return jobs.get(0);
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void aClientThatReadsNoEventsGetsTheImageAsJson() throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture()) {
      String session = session(server);
      JsonNode answer =
          server.post(
              200,
              "/mcp",
              """
              {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"generate_image",
               "arguments":{"prompt":"a cat"},"_meta":{"progressToken":1}}}""",
              "Mcp-Session-Id",
              session);
      assertThat(answer.at("/id").asInt()).isEqualTo(3);
      assertThat(answer.at("/result/content/0/type").asText()).isEqualTo("image");
    }
  }
}
