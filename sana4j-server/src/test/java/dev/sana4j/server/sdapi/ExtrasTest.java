package dev.sana4j.server.sdapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes for existing images, with the bodies that clients send. */
class ExtrasTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static final String ROOT = "/sdapi/v1/";
  private static final String WEBUI =
      "a cat, <lora:x:1>\nNegative prompt: mud, blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7,"
          + " Seed: 5, Size: 512x768, Model hash: abc, Model: some, Version: v1.9.4";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String png(Map<String, String> texts) {
    return png(40, 20, texts);
  }

  private static String png(int width, int height, Map<String, String> texts) {
    RgbImage image = RgbImage.of(width, height, new byte[3 * width * height]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, texts, null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  private static String size(JsonNode base64) {
    byte[] file = Base64.getDecoder().decode(base64.asText());
    return ImageFiles.size(ImageSource.of("image", file)).toString();
  }

  /** A request with all fields that webuiapi and the Photoshop plugin send, and some of ours. */
  private static String extra(String fields) {
    return """
    {"resize_mode": 0, "show_extras_results": true, "gfpgan_visibility": 0,
     "codeformer_visibility": 0, "codeformer_weight": 0, "upscaling_resize": 2,
     "upscaling_resize_w": 512, "upscaling_resize_h": 512, "upscaling_crop": true,
     "upscaler_1": "None", "upscaler_2": "None", "extras_upscaler_2_visibility": 0,
     "upscale_first": false, "image": "data:image/png;base64,%s" %s}\
    """
        .formatted(png(Map.of()), fields.isEmpty() ? "" : ", " + fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 80x40",
        "'\"upscaling_resize\": 1.5, \"upscaler_1\": \"Lanczos\"' | 60x30",
        "'\"upscaling_resize\": 4, \"upscaler_1\": \"sana4j\"' | 160x80",
        "'\"upscaling_resize\": \"2\", \"upscaler_1\": \"SANA4J\"' | 80x40",
        "'\"resize_mode\": 1, \"upscaling_resize_w\": 60, \"upscaling_resize_h\": 60' | 60x60",
        "'\"resize_mode\": 1, \"upscaling_resize_w\": 60, \"upscaling_resize_h\": 60,"
            + " \"upscaling_crop\": false' | 120x60",
        "'\"resize_mode\": 1, \"upscaling_resize_w\": 60, \"upscaling_resize_h\": 60,"
            + " \"upscaler_1\": \"sana4j\"' | 60x60"
      })
  void anImageIsEnlarged(String fields, String expected) throws IOException, InterruptedException {
    JsonNode answer = SERVER.post(200, ROOT + "extra-single-image", extra(fields));
    assertThat(size(answer.path("image"))).isEqualTo(expected);
    assertThat(answer.path("html_info").isTextual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"gfpgan_visibility\": 0.5",
        "\"codeformer_visibility\": 1",
        "\"upscaler_1\": \"R-ESRGAN 4x+\"",
        "\"upscaler_1\": \"sana4j\", \"upscaling_resize\": 3",
        "\"upscaling_resize\": 1000",
        "\"resize_mode\": 1, \"upscaling_resize_w\": 16000, \"upscaling_resize_h\": 16000",
        "\"upscaler_2\": \"sana4j\", \"extras_upscaler_2_visibility\": 0.5",
        "\"image\": \"\""
      })
  void whatIsNotThereIsRefused(String fields) throws IOException, InterruptedException {
    JsonNode answer = SERVER.post(422, ROOT + "extra-single-image", extra(fields));
    assertThat(answer.at("/detail/0/msg").asText()).isNotEmpty();
  }

  @Test
  void severalImagesAreEnlarged() throws IOException, InterruptedException {
    String one = "{\"data\": \"%s\", \"name\": \"a.png\"}".formatted(png(Map.of()));
    JsonNode answer =
        SERVER.post(
            200,
            ROOT + "extra-batch-images",
            extra("\"imageList\": [" + one + ", " + one + "], \"upscaler_1\": \"sana4j\""));
    assertThat(answer.path("images")).hasSize(2);
    assertThat(size(answer.path("images").get(1))).isEqualTo("80x40");
    SERVER.post(422, ROOT + "extra-batch-images", extra("\"imageList\": []"));
  }

  @Test
  void thePixelsOfABatchAreCountedTogether() throws IOException, InterruptedException {
    String one = "{\"data\": \"" + png(2048, 1100, Map.of()) + "\"}";
    String route = ROOT + "extra-batch-images";
    String fields = "\"upscaling_resize\": 0.01, \"imageList\": [" + one;
    SERVER.post(200, route, extra(fields + "]"));
    assertThat(SERVER.post(422, route, extra(fields + ", " + one + "]")).toString())
        .contains("the 2 images of imageList have 4505600 pixels together; the limit is 4194304");
  }

  @Test
  void theTextOfAnotherProgramIsRead() throws IOException, InterruptedException {
    String body = "{\"image\": \"data:image/png;base64,%s\"}";
    JsonNode answer =
        SERVER.post(
            200, ROOT + "png-info", body.formatted(png(Map.of("parameters", WEBUI, "x", "y"))));
    assertThat(answer.path("info").asText()).isEqualTo(WEBUI);
    assertThat(answer.at("/items/x").asText()).isEqualTo("y");
    assertThat(answer.at("/parameters/Negative prompt").asText()).isEqualTo("mud, blurry");
    assertThat(answer.at("/parameters/Size-2").asText()).isEqualTo("768");
    assertThat(answer.at("/parameters/Seed").asText()).isEqualTo("5");
  }

  @Test
  void anImageWithoutTextHasNoInfo() throws IOException, InterruptedException {
    String body = "{\"image\": \"%s\"}".formatted(png(Map.of()));
    JsonNode answer = SERVER.post(200, ROOT + "png-info", body);
    assertThat(answer.path("info").asText("none")).isEmpty();
    assertThat(answer.path("parameters")).isEmpty();
    SERVER.post(404, ROOT + "png-info", "{\"image\": \"\"}");
    SERVER.post(422, ROOT + "png-info", "{\"image\": \"bm8gaW1hZ2U=\"}");
  }

  @Test
  void edgesAreDetected() throws IOException, InterruptedException {
    for (String module : List.of("none", "canny", "sobel", "Canny")) {
      JsonNode answer =
          SERVER.post(
              200,
              "/controlnet/detect",
              """
              {"controlnet_module": "%s", "controlnet_input_images": ["%s"],
               "controlnet_processor_res": 512, "controlnet_threshold_a": 100,
               "controlnet_threshold_b": 200}\
              """
                  .formatted(module, png(Map.of())));
      assertThat(size(answer.path("images").get(0))).isEqualTo("40x20");
    }
    SERVER.post(422, "/controlnet/detect", "{\"controlnet_input_images\": []}");
    SERVER.post(
        422,
        "/controlnet/detect",
        "{\"controlnet_module\": \"depth\", \"controlnet_input_images\": [\"%s\"]}"
            .formatted(png(Map.of())));
  }

  @Test
  void theListsOfControlNetAreThere() throws IOException, InterruptedException {
    assertThat(SERVER.get(200, "/controlnet/model_list").path("model_list")).isEmpty();
    assertThat(SERVER.get(200, "/controlnet/module_list").path("module_list")).hasSize(3);
    assertThat(SERVER.get(200, "/controlnet/version").path("version").asInt()).isEqualTo(2);
    assertThat(SERVER.get(200, "/controlnet/settings").isObject()).isTrue();
  }

  @Test
  void theListsOfTheWebUiAreThere() throws IOException, InterruptedException {
    for (String none :
        List.of(
            "latent-upscale-modes",
            "hypernetworks",
            "face-restorers",
            "realesrgan-models",
            "sd-modules",
            "script-info",
            "extensions")) {
      assertThat(SERVER.get(200, ROOT + none)).as(none).isEmpty();
    }
    assertThat(SERVER.get(200, ROOT + "upscalers").findValuesAsText("name")).contains("sana4j");
    assertThat(SERVER.get(200, "/internal/ping")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refresh-vae",
        "refresh-loras",
        "refresh-checkpoints",
        "reload-checkpoint",
        "unload-checkpoint"
      })
  void whatRenewsAListIsAnswered(String route) throws IOException, InterruptedException {
    assertThat(SERVER.post(200, ROOT + route, "")).isEmpty();
  }

  @Test
  void anInterruptGivesTheImageAsFarAsItIs() throws Exception {
    try (ServerFixture slow = new ServerFixture(new FakeGenerator(Duration.ofMillis(20)))) {
      var answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return slow.post(
                      200, ROOT + "txt2img", "{\"prompt\":\"a cat\",\"steps\":50,\"n_iter\":9}");
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (slow.get(200, ROOT + "progress").at("/state/sampling_step").asInt() < 1) {
        Thread.onSpinWait();
      }
      slow.post(200, ROOT + "interrupt", "");
      JsonNode images = answer.get().path("images");
      assertThat(images).hasSize(1);
      assertThat(size(images.get(0))).isEqualTo("32x32");
    }
  }
}
