package dev.sana4j.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that OpenAI's API does not have, and images of edits in the forms that clients use. */
class ExtraFieldsTest {
  private static final String MAKE = "/v1/images/generations";
  private static final String EDIT = "/v1/images/edits";
  private static final int SIDE = FakeGenerator.SIDE;

  @TempDir private static Path folder = Path.of("");
  private static ServerFixture server = new ServerFixture();

  @BeforeAll
  static void start() throws IOException {
    Files.write(folder.resolve("style.safetensors"), new byte[8]);
    server.close();
    ServerSettings settings = ServerFixture.settings(LoraFolder.of(folder));
    server = new ServerFixture(new FakeGenerator(), Filters.NONE, settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String png() {
    RgbImage image = RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  private static JsonNode make(int status, String fields) throws IOException, InterruptedException {
    return server.post(status, MAKE, "{\"prompt\":\"a cat\"," + fields + "}");
  }

  @Test
  void theSeedGivesTheSameImageAndIsTold() throws IOException, InterruptedException {
    JsonNode first = make(200, "\"seed\":7,\"n\":2");
    assertThat(first.path("seed").asInt()).isEqualTo(7);
    assertThat(first.at("/data/1/seed").asInt()).isEqualTo(8);
    JsonNode again = make(200, "\"seed\":7");
    assertThat(again.at("/data/0/b64_json")).isEqualTo(first.at("/data/0/b64_json"));
  }

  @Test
  void aDrawnSeedIsToldToo() throws IOException, InterruptedException {
    long seed = make(200, "\"n\":1").path("seed").asLong(-1);
    assertThat(seed).isNotNegative();
    assertThat(make(200, "\"seed\":-1").path("seed").asLong(-1)).isNotNegative();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"steps\":3",
        "\"num_inference_steps\":3",
        "\"num_inference_steps\":500",
        "\"negative_prompt\":\"mud\"",
        "\"guidance_scale\":7.5",
        "\"lora\":\"style\"",
        "\"lora\":{\"name\":\"style\",\"scale\":0.5}",
        "\"lora\":[{\"name\":\"style\",\"scale\":0.5}]",
        "\"lora\":[\"style.safetensors\"]",
        "\"lora\":[]"
      })
  void itIsAccepted(String field) throws IOException, InterruptedException {
    assertThat(make(200, field).path("data")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"lora\":\"unknown\"",
        "\"lora\":[{\"name\":\"style\"},{\"name\":\"style\"}]",
        "\"lora\":[{\"name\":\"style\",\"scale\":1000}]",
        "\"lora\":[{\"scale\":1}]",
        "\"lora\":7",
        "\"seed\":-2",
        "\"steps\":0",
        "\"guidance_scale\":-1"
      })
  void itIsRefusedByName(String field) throws IOException, InterruptedException {
    String name = field.substring(1, field.indexOf('"', 1));
    assertThat(make(400, field).at("/error/param").asText()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"image\":\"%s\"",
        "\"images\":\"data:image/png;base64,%s\"",
        "\"image\":[\"%s\"]",
        "\"images\":[{\"image_url\":\"data:image/png;base64,%s\"}]",
        "\"image\":{\"image_url\":\"data:image/png;base64,%s\"}",
        "\"image\":{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}",
        "\"images\":[{\"b64_json\":\"%s\"}]",
        "\"image[]\":[\"%s\"]",
        "\"images\":[{\"image_url\":\"%1$s\"}],\"mask\":{\"image_url\":\"%1$s\"}",
        "\"image\":\"%1$s\",\"mask\":\"data:image/png;base64,%1$s\"",
        "\"image\":\"%1$s\",\"mask\":[{\"b64_json\":\"%1$s\"}]"
      })
  void anEditTakesTheImageInEveryForm(String field) throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a dog\"," + field.formatted(png()) + "}";
    assertThat(server.post(200, EDIT, body).path("data")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"image\":[\"%1$s\",\"%1$s\"]",
        "\"images\":[{\"file_id\":\"file-1\"}]",
        "\"images\":[]",
        "\"image\":7",
        "\"image\":[[[[[[\"%s\"]]]]]]",
        "\"image\":\"https://example.org/cat.png\"",
        "\"n\":1"
      })
  void anEditWithoutOneImageIsRefusedWithASentence(String field)
      throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a dog\"," + field.formatted(png()) + "}";
    assertThat(server.post(400, EDIT, body).at("/error/message").asText()).isNotEmpty();
  }

  @Test
  void aTransparentBackgroundIsRefusedWithASentence() throws IOException, InterruptedException {
    assertThat(make(400, "\"background\":\"transparent\"").at("/error/message").asText())
        .contains("opaque");
  }
}
