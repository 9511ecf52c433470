package dev.sana4j.server.nativeapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outpainting, upscaling, control images, and the jobs of a session in the native API. */
class NativeTasksTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final int SIDE = FakeGenerator.SIDE;
  private static final ServerFixture SERVER =
      new ServerFixture(FakeGenerator.guided(Duration.ZERO));

  private static final ServerFixture PLAIN = new ServerFixture();

  @AfterAll
  static void stop() {
    SERVER.close();
    PLAIN.close();
  }

  private static String png(int width, int height) {
    RgbImage image = RgbImage.of(width, height, new byte[3 * width * height]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  private static JsonNode made(String fields) throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a cat\"," + fields + "}";
    return SERVER.post(202, JOBS, body).path("request");
  }

  private static JsonNode refused(String fields) throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a cat\"," + fields + "}";
    return SERVER.post(400, JOBS, body).path("error");
  }

  @Test
  void anImageIsExtendedByPixelsOnEachSide() throws IOException, InterruptedException {
    JsonNode request =
        made("\"image\":\"%s\",\"outpaint\":{\"left\":8,\"bottom\":16}".formatted(png(SIDE, SIDE)));
    assertThat(request.path("width").asInt()).isEqualTo(SIDE + 8);
    assertThat(request.path("height").asInt()).isEqualTo(SIDE + 16);
    assertThat(request.path("task").asText()).isEqualTo("inpainting");
  }

  @Test
  void anImageIsUpscaled() throws IOException, InterruptedException {
    JsonNode request = made("\"image\":\"%s\",\"upscale\":4".formatted(png(SIDE, 16)));
    assertThat(request.path("width").asInt()).isEqualTo(4 * SIDE);
    assertThat(request.path("height").asInt()).isEqualTo(64);
    assertThat(request.path("task").asText()).isEqualTo("upscaling");
  }

  @Test
  void aControlImageGivesItsProportionsAtTheNativeArea() throws IOException, InterruptedException {
    JsonNode request = made("\"control\":\"%s\",\"edges\":\"canny\"".formatted(png(16, 4)));
    assertThat(request.path("task").asText()).isEqualTo("control");
    assertThat(request.path("width").asInt()).isEqualTo(64);
    assertThat(request.path("height").asInt()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "outpaint      | \"outpaint\":{\"left\":8}",
        "upscale       | \"upscale\":2",
        "edges         | \"edges\":\"canny\"",
        "outpaint      | \"image\":\"IMAGE\",\"outpaint\":{}",
        "outpaint      | \"image\":\"IMAGE\",\"outpaint\":[1]",
        "left          | \"image\":\"IMAGE\",\"outpaint\":{\"left\":-1}",
        "middle        | \"image\":\"IMAGE\",\"outpaint\":{\"middle\":8}",
        "outpaint      | \"image\":\"IMAGE\",\"outpaint\":{\"left\":16384,\"top\":16384}",
        "mask          | \"image\":\"IMAGE\",\"mask\":\"IMAGE\",\"outpaint\":{\"left\":8}",
        "width         | \"image\":\"IMAGE\",\"outpaint\":{\"left\":8},\"width\":64,\"height\":64",
        "upscale       | \"image\":\"IMAGE\",\"upscale\":3",
        "upscale       | \"image\":\"IMAGE\",\"upscale\":8",
        "outpaint      | \"image\":\"IMAGE\",\"upscale\":2,\"outpaint\":{\"left\":8}",
        "image         | \"image\":\"IMAGE\",\"control\":\"IMAGE\"",
        "edges         | \"control\":\"IMAGE\",\"edges\":\"thick\"",
        "control_from  | \"control\":\"IMAGE\",\"control_from\":0.8,\"control_to\":0.2",
        "control_scale | \"control\":\"IMAGE\",\"control_scale\":3",
        "loras         | \"loras\":[{\"name\":\"unknown\"}]",
        "loras         | \"loras\":\"unknown\"",
        "weight        | \"loras\":[{\"name\":\"x\",\"weight\":1}]",
      })
  void aWrongTaskIsRefusedByItsField(String field, String fields)
      throws IOException, InterruptedException {
    JsonNode error = refused(fields.replace("IMAGE", png(SIDE, SIDE)));
    assertThat(error.path("field").asText()).isEqualTo(field);
  }

  @Test
  void aModelWithoutControlNetRefusesControlImages() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a cat\",\"control\":\"%s\"}".formatted(png(SIDE, SIDE));
    assertThat(PLAIN.post(400, JOBS, body).path("error").path("message").asText())
        .contains("no ControlNet");
    JsonNode features = PLAIN.get(200, "/api/v1/model").path("features");
    assertThat(features.path("control").asBoolean(true)).isFalse();
  }

  @Test
  void aSessionFindsItsOwnJobsOnly() throws IOException, InterruptedException {
    String[] own = {"X-Client-ID", "0123456789abcdef"};
    String[] other = {"X-Client-ID", "fedcba9876543210"};
    String id = SERVER.post(202, JOBS, "{\"prompt\":\"a cat\"}", own).path("id").asText();
    assertThat(SERVER.get(200, JOBS, own).path("jobs").findValuesAsText("id")).contains(id);
    assertThat(SERVER.get(200, JOBS, other).path("jobs").findValuesAsText("id")).isEmpty();
    assertThat(SERVER.get(200, JOBS).path("jobs").findValuesAsText("id")).doesNotContain(id);
    assertThat(SERVER.get(200, JOBS + "/" + id).path("id").asText()).isEqualTo(id);
  }

  @Test
  void aSessionThatIsEasyToGuessIsRefused() throws IOException, InterruptedException {
    for (String session : List.of("me", "0123456789abcde!")) {
      assertThat(SERVER.get(400, JOBS, "X-Client-ID", session).path("error").path("message"))
          .asString()
          .contains("X-Client-ID");
    }
  }

  @Test
  void theModelHasItsGuide() throws IOException, InterruptedException {
    JsonNode guide = SERVER.get(200, "/api/v1/model").path("guide");
    assertThat(guide.path("objects")).hasSize(60);
    assertThat(guide.path("styles").get(0).path("name").path("zh").asText()).isEqualTo("扁平");
    assertThat(PLAIN.get(200, "/api/v1/model").path("guide").isNull()).isTrue();
  }

  @Test
  void aServerWithoutAdaptersHasAnEmptyList() throws IOException, InterruptedException {
    assertThat(SERVER.get(200, "/api/v1/loras").path("loras")).isEmpty();
  }
}
