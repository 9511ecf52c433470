package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client learns from a path that does not exist, or needs another method. */
class RouteTest {
  private static final ServerFixture SERVER = new ServerFixture();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static HttpResponse<byte[]> send(String method, String path)
      throws IOException, InterruptedException {
    return SERVER.send(method, path, new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sdapi/v1/unknown",
        "/controlnet/unknown",
        "/v1/chat/completions",
        "/v1/responses",
        "/api/v1/unknown",
        "/config",
        "/unknown.html"
      })
  void aPathThatDoesNotExistIsNotFoundWhateverTheMethod(String path)
      throws IOException, InterruptedException {
    for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
      assertThat(send(method, path).statusCode()).as(method).isEqualTo(404);
    }
  }

  @Test
  void aPathOfManyWordsIsNoFileOfThePage() {
    assertThat(WebPage.has("/a" + ".a".repeat(50_000))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /sdapi/v1/txt2img, 'OPTIONS, POST'",
    "POST, /sdapi/v1/samplers, 'GET, HEAD, OPTIONS'",
    "PUT, /sdapi/v1/options, 'GET, HEAD, OPTIONS, POST'",
    "GET, /v1/images/generations, 'OPTIONS, POST'",
    "PATCH, /api/v1/jobs/some, 'DELETE, GET, HEAD, OPTIONS'",
    "POST, /, 'GET, HEAD, OPTIONS'",
    "POST, /index.html, 'GET, HEAD, OPTIONS'",
    "DELETE, /healthz, 'GET, HEAD, OPTIONS'"
  })
  void aPathThatNeedsAnotherMethodNamesIt(String method, String path, String allowed)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = send(method, path);
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/images/generations", "/images/edits", "/chat/completions"})
  void aBaseUrlWithoutVersionIsExplained(String path) throws IOException, InterruptedException {
    JsonNode answer = SERVER.post(404, path, "{\"prompt\":\"a cat\"}");
    assertThat(answer.path("error").path("message").asText()).contains("/v1");
    assertThat(SERVER.get(404, "/models").path("error").path("message").asText()).contains("/v1");
  }

  @Test
  void theErrorHasTheFormOfTheInterface() throws IOException, InterruptedException {
    assertThat(SERVER.post(404, "/v1/unknown", "{}").at("/error/type").asText())
        .isEqualTo("invalid_request_error");
    assertThat(SERVER.post(404, "/sdapi/v1/unknown", "{}").path("detail").isTextual()).isTrue();
    assertThat(SERVER.get(404, "/controlnet/unknown").path("detail").isTextual()).isTrue();
  }

  @Test
  void describingAnImageIsRefusedWithASentence() throws IOException, InterruptedException {
    assertThat(SERVER.post(404, "/sdapi/v1/interrogate", "{}").path("detail").asText())
        .isEqualTo("this server has no model that describes images");
  }

  @Test
  void aHeadRequestIsAnsweredLikeGet() throws IOException, InterruptedException {
    assertThat(send("HEAD", "/").statusCode()).isEqualTo(200);
    assertThat(send("HEAD", "/healthz").statusCode()).isEqualTo(200);
  }
}
