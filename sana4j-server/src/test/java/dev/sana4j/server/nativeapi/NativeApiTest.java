package dev.sana4j.server.nativeapi;

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
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NativeApiTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static final String JOBS = "/api/v1/jobs";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JsonNode watched(JsonNode job) throws IOException, InterruptedException {
    List<Map.Entry<String, JsonNode>> events = events(job);
    assertThat(events.get(0).getKey()).isEqualTo("status");
    assertThat(events.get(events.size() - 1).getKey()).isEqualTo("done");
    return events.get(events.size() - 1).getValue();
  }

  private static List<Map.Entry<String, JsonNode>> events(JsonNode job)
      throws IOException, InterruptedException {
    String path = JOBS + "/" + job.path("id").asText() + "/events";
    return SERVER.events(HttpRequest.newBuilder(SERVER.uri(path)).build());
  }

  private static String png(int side) {
    RgbImage image = RgbImage.of(side, side, new byte[3 * side * side]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  @Test
  void aJobIsMadeAndItsImagesAreFetched() throws IOException, InterruptedException {
    JsonNode job = SERVER.post(202, JOBS, "{\"prompt\":\"a cat\",\"count\":2,\"seed\":5}");
    JsonNode done = watched(job);
    assertThat(done.path("status").asText()).isEqualTo("succeeded");
    assertThat(done.path("images")).hasSize(2);
    JsonNode second = done.path("images").get(1);
    assertThat(second.path("seed").asLong()).isEqualTo(6);
    HttpResponse<byte[]> image = SERVER.send("GET", second.path("url").asText(), new byte[0]);
    assertThat(image.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(image.body()).hasSize(second.path("bytes").asInt());
    assertThat(ImageFiles.read(ImageSource.of("second", image.body())).rgb()).containsOnly(6);
    assertThat(SERVER.get(200, JOBS + "/" + job.path("id").asText())).isEqualTo(done);
  }

  @Test
  void everyFieldOfARequestIsDescribed() throws IOException, InterruptedException {
    JsonNode schema = SERVER.get(200, "/openapi.json").at("/components/schemas/JobRequest");
    assertThat(schema.path("properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(JobRequests.FIELDS);
  }

  @Test
  void everyDefaultIsFilledIn() throws IOException, InterruptedException {
    JsonNode request = SERVER.post(202, JOBS, "{\"prompt\":\"a cat\"}").path("request");
    assertThat(request.path("width").asInt()).isEqualTo(FakeGenerator.SIDE);
    assertThat(request.path("steps").asInt()).isEqualTo(4);
    assertThat(request.path("count").asInt()).isEqualTo(1);
    assertThat(request.path("seed").isIntegralNumber()).isTrue();
    assertThat(request.path("task").asText()).isEqualTo("text_to_image");
  }

  @Test
  void eventsShowStepsPreviewsAndImages() throws IOException, InterruptedException {
    JsonNode job = SERVER.post(202, JOBS, "{\"prompt\":\"slow\",\"previews\":true}");
    List<Map.Entry<String, JsonNode>> events = events(job);
    assertThat(events).extracting(Map.Entry::getKey).contains("progress", "preview", "image");
    JsonNode preview =
        events.stream()
            .filter(event -> event.getKey().equals("preview"))
            .findFirst()
            .orElseThrow()
            .getValue();
    assertThat(preview.path("data").asText()).startsWith("data:image/jpeg;base64,");
  }

  @Test
  void aCancelledJobEnds() throws IOException, InterruptedException {
    JsonNode job = SERVER.post(202, JOBS, "{\"prompt\":\"slow\",\"count\":10}");
    HttpResponse<byte[]> answer =
        SERVER.send("DELETE", JOBS + "/" + job.path("id").asText(), new byte[0]);
    assertThat(ServerFixture.JSON.readTree(answer.body()).path("status").asText())
        .isEqualTo("cancelled");
    assertThat(watched(job).path("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void aFailureIsTold() throws IOException, InterruptedException {
    JsonNode done = watched(SERVER.post(202, JOBS, "{\"prompt\":\"throw\"}"));
    assertThat(done.path("status").asText()).isEqualTo("failed");
    assertThat(done.path("error").path("code").asText()).isEqualTo("internal");
    assertThat(done.path("error").path("message").asText()).doesNotContain("as the prompt says");
  }

  @Test
  void anImageGivesItsShape() throws IOException, InterruptedException {
    JsonNode job =
        SERVER.post(202, JOBS, "{\"prompt\":\"\",\"image\":\"" + png(16) + "\",\"strength\":0.4}");
    assertThat(job.path("request").path("task").asText()).isEqualTo("image_to_image");
    assertThat(job.path("request").path("width").asInt()).isEqualTo(16);
  }

  @Test
  void anImageOfThisServerIsTheStartOfAnother() throws IOException, InterruptedException {
    JsonNode done = watched(SERVER.post(202, JOBS, "{\"prompt\":\"a cat\"}"));
    String url = done.path("images").get(0).path("url").asText();
    String body =
        "{\"prompt\":\"a dog\",\"image\":\"%s\",\"mask\":\"data:image/png;base64,%s\"}"
            .formatted(url, png(FakeGenerator.SIDE));
    assertThat(SERVER.post(202, JOBS, body).path("request").path("task").asText())
        .isEqualTo("inpainting");
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() throws IOException, InterruptedException {
    String body =
        "{\"prompt\":\"a dog\",\"image\":\"%s\",\"mask\":\"%s\"}".formatted(png(16), png(8));
    assertThat(SERVER.post(400, JOBS, body).path("error").path("message").asText())
        .contains("mask");
  }

  @Test
  void anUnknownFieldIsRefusedByItsName() throws IOException, InterruptedException {
    JsonNode error = SERVER.post(400, JOBS, "{\"prompt\":\"a cat\",\"stepz\":3}").path("error");
    assertThat(error.path("field").asText()).isEqualTo("stepz");
  }

  @Test
  void theModelTellsWhatCanBeAsked() throws IOException, InterruptedException {
    JsonNode model = SERVER.get(200, "/api/v1/model");
    assertThat(model.path("sizes").get(0).path("width").asInt()).isEqualTo(FakeGenerator.SIDE);
    assertThat(model.path("limits").path("count").asInt()).isPositive();
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException, InterruptedException {
    for (String path : List.of(JOBS + "/x", JOBS + "/x/events", "/api/v1/images/x", "/x.html")) {
      assertThat(SERVER.get(404, path).path("error").path("code").asText()).isEqualTo("not_found");
    }
  }
}
