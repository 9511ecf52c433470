package dev.sana4j.examples.springai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The application over HTTP, with the bundled model. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ImageApplicationTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Value("${local.server.port}")
  private int port;

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private HttpResponse<String> post(String json) throws IOException, InterruptedException {
    return client.send(
        request("/images")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private String get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void thePageIsServed() throws Exception {
    assertThat(get("/")).contains("<form id=\"order\">");
  }

  @Test
  void anImageIsGeneratedAndCounted() throws Exception {
    HttpResponse<String> response =
        post("{\"prompt\":\"a red apple\",\"width\":64,\"height\":64,\"seed\":7}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).contains("\"png\":\"iVBORw0KGgo", "\"seed\":7", "\"width\":64");
    assertThat(get("/actuator/health/sana")).contains("\"loaded\":true");
    assertThat(get("/actuator/metrics/sana.images")).contains("\"measurements\"");
  }

  @Test
  void anEmptyPromptIsAnErrorOfTheClient() throws Exception {
    HttpResponse<String> response = post("{\"prompt\":\" \"}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("the prompt is empty");
  }
}
