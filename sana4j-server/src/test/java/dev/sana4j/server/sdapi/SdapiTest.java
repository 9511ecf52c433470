package dev.sana4j.server.sdapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SdapiTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static final String ROOT = "/sdapi/v1/";
  private static final int SIDE = FakeGenerator.SIDE;

  /** A request as front ends send it, mostly with the defaults of AUTOMATIC1111. */
  private static final String USUAL =
      """
      {"prompt": "a cat", "negative_prompt": "mud", "styles": [], "seed": 5, "subseed": -1,
       "subseed_strength": 0, "sampler_name": "Fake", "scheduler": "automatic", "batch_size": 1,
       "n_iter": 2, "steps": 20, "cfg_scale": 7, "width": 48, "height": 32, "restore_faces": false,
       "tiling": false, "eta": null, "override_settings": {"sd_model_checkpoint": "fake"},
       "enable_hr": false, "script_args": [], "alwayson_scripts": {}, "send_images": true}\
      """;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String png() {
    RgbImage image = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  @Test
  void itMakesWhatFrontEndsAskFor(@TempDir Path folder) throws IOException, InterruptedException {
    JsonNode answer = SERVER.post(200, ROOT + "txt2img", USUAL);
    assertThat(answer.path("images")).hasSize(2);
    assertThat(answer.path("parameters").path("cfg_scale").asInt()).isEqualTo(7);
    JsonNode info = ServerFixture.JSON.readTree(answer.path("info").asText());
    assertThat(info.path("all_seeds").toString()).isEqualTo("[5,6]");
    Path second = folder.resolve("second.png");
    Files.write(second, Base64.getDecoder().decode(answer.path("images").get(1).asText()));
    assertThat(ImageFiles.readTexts(second).get("parameters"))
        .isEqualTo(info.path("infotexts").get(1).asText())
        .startsWith(
            "a cat\nNegative prompt: mud\nSteps: 20, Sampler: Fake, CFG scale: 7.0, Seed: 6");
  }

  @Test
  void itStartsFromAnImage() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a dog\",\"init_images\":[\"%s\"],\"mask\":\"%s\"}";
    JsonNode answer = SERVER.post(200, ROOT + "img2img", body.formatted(png(), png()));
    assertThat(answer.path("images")).hasSize(1);
    assertThat(answer.path("parameters").has("init_images")).isFalse();
  }

  @Test
  void twoInputImagesAreRefused() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a dog\",\"init_images\":[\"%s\",\"%s\"]}".formatted(png(), png());
    JsonNode answer = SERVER.post(422, ROOT + "img2img", body);
    assertThat(answer.at("/detail/0/msg").asText()).contains("one image");
  }

  @Test
  void anImageThatIsMissingIsNotFound() throws IOException, InterruptedException {
    assertThat(SERVER.post(404, ROOT + "img2img", "{}").path("detail").asText())
        .isEqualTo("Init image not found");
  }

  @Test
  void aFieldOfTheWrongTypeIsNamed() throws IOException, InterruptedException {
    JsonNode answer =
        SERVER.post(422, ROOT + "txt2img", "{\"prompt\":\"a cat\",\"steps\":\"many\"}");
    assertThat(answer.path("detail").get(0).path("loc").toString())
        .isEqualTo("[\"body\",\"steps\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"restore_faces\":true",
        "\"alwayson_scripts\":{\"ADetailer\":{\"args\":[true,{\"ad_model\":\"face.pt\"}]}}",
        "\"tiling\":true",
        "\"styles\":[\"x\"]",
        "\"script_name\":\"x\"",
        "\"subseed_strength\":0.5"
      })
  void whatIsNotThereIsRefused(String field) throws IOException, InterruptedException {
    JsonNode answer = SERVER.post(422, ROOT + "txt2img", "{\"prompt\":\"a cat\"," + field + "}");
    assertThat(answer.path("detail").get(0).path("msg").asText()).contains("not supported");
  }

  @Test
  void anotherModelOrANonsenseSamplerIsRefused() throws IOException, InterruptedException {
    SERVER.post(400, ROOT + "txt2img", "{\"prompt\":\"a cat\",\"sampler_name\":\"Nonsense\"}");
    SERVER.post(400, ROOT + "options", "{\"sd_model_checkpoint\":\"other\"}");
    SERVER.post(200, ROOT + "options", "{\"sd_model_checkpoint\":\"fake\"}");
  }

  @Test
  void progressIsSeenAndInterrupted() throws Exception {
    assertThat(SERVER.get(200, ROOT + "progress").path("state").path("job_count").asInt()).isZero();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    new Thread(() -> answer.complete(post(SERVER, "{\"prompt\":\"slow\",\"n_iter\":10}"))).start();
    JsonNode progress = SERVER.get(200, ROOT + "progress");
    while (progress.path("state").path("sampling_step").asInt() == 0) {
      progress = SERVER.get(200, ROOT + "progress");
    }
    assertThat(progress.path("progress").asDouble()).isBetween(0.0, 1.0);
    SERVER.post(200, ROOT + "interrupt", "");
    assertThat(answer.get().path("images").size()).isBetween(1, 9);
    assertThat(SERVER.get(200, ROOT + "progress").path("progress").asDouble()).isZero();
  }

  @Test
  void anInterruptedSecondStageIsNotDescribed() throws Exception {
    FakeGenerator gated = FakeGenerator.gated();
    try (ServerFixture server = new ServerFixture(gated)) {
      CompletableFuture<JsonNode> answer =
          CompletableFuture.supplyAsync(
              () -> post(server, "{\"prompt\":\"a cat\",\"steps\":4,\"enable_hr\":true}"));
      gated.allow(5); // the last one is of the second stage
      JsonNode state = server.get(200, ROOT + "progress").path("state");
      while (state.path("sampling_step").asInt() < 5 && !answer.isDone()) {
        state = server.get(200, ROOT + "progress").path("state");
      }
      server.post(200, ROOT + "interrupt", "");
      gated.allow(99);
      JsonNode info = ServerFixture.JSON.readTree(answer.get().path("info").asText());
      assertThat(answer.get().path("images")).hasSize(1);
      assertThat(info.at("/infotexts/0").asText()).contains("Steps: 4").doesNotContain("Hires");
      assertThat(info.path("extra_generation_params")).isEmpty();
      assertThat(info.path("denoising_strength").asDouble()).isEqualTo(1);
    }
  }

  private static JsonNode post(ServerFixture server, String body) {
    try {
      return server.post(200, ROOT + "txt2img", body);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatFrontEndsListIsThere() throws IOException, InterruptedException {
    assertThat(SERVER.get(200, ROOT + "sd-models").get(0).path("title").asText()).isEqualTo("fake");
    assertThat(SERVER.get(200, ROOT + "samplers").get(0).path("name").asText()).isEqualTo("Fake");
    assertThat(SERVER.get(200, ROOT + "options").path("sd_model_checkpoint").asText())
        .isEqualTo("fake");
    for (String none : List.of("loras", "sd-vae", "prompt-styles", "latent-upscale-modes")) {
      assertThat(SERVER.get(200, ROOT + none)).isEmpty();
    }
  }
}
