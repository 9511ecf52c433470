package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String MODELS = "/v1/models";

  private static ServerFixture server(ApiKeys keys, boolean behindProxy, String... origins) {
    ServerSettings settings =
        ServerFixture.settings(keys, List.of(origins), behindProxy, ServerFixture.queue(9));
    return new ServerFixture(new FakeGenerator(), Filters.NONE, settings);
  }

  private static ServerFixture guarded() {
    return server(ApiKeys.of(List.of("anna secret", "other")), false);
  }

  private static int status(ServerFixture server, String path, String... headers)
      throws IOException, InterruptedException {
    return server.send("GET", path, new byte[0], headers).statusCode();
  }

  @Test
  void aKeyLetsInHoweverItIsSent() throws IOException, InterruptedException {
    try (ServerFixture server = guarded()) {
      String basic =
          Base64.getEncoder().encodeToString("any:other".getBytes(StandardCharsets.UTF_8));
      assertThat(status(server, MODELS, "Authorization", "Bearer secret")).isEqualTo(200);
      assertThat(status(server, MODELS, "Authorization", "Basic " + basic)).isEqualTo(200);
      assertThat(status(server, MODELS, "X-API-Key", "secret")).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer wrong", "Bearer ", "secret", "Basic !", "Basic c2VjcmV0Og=="})
  void whatIsNoKeyDoesNot(String header) throws IOException, InterruptedException {
    try (ServerFixture server = guarded()) {
      assertThat(status(server, MODELS, "Authorization", header)).isEqualTo(401);
      assertThat(status(server, MODELS)).isEqualTo(401);
      assertThat(status(server, "/metrics")).isEqualTo(401);
    }
  }

  @Test
  void whatTellsNothingNeedsNoKey() throws IOException, InterruptedException {
    try (ServerFixture server = guarded()) {
      for (String path : List.of("/healthz", "/readyz", "/openapi.json")) {
        assertThat(status(server, path)).as(path).isEqualTo(200);
      }
      assertThat(status(server, "/api/v1/images/unknown")).isEqualTo(404);
    }
  }

  @Test
  void aJobIsSeenWithItsOwnKeyAlone() throws IOException, InterruptedException {
    try (ServerFixture server = guarded()) {
      String id =
          server
              .post(202, "/api/v1/jobs", "{\"prompt\":\"a cat\"}", "X-API-Key", "secret")
              .path("id")
              .asText();
      assertThat(status(server, "/api/v1/jobs/" + id, "X-API-Key", "secret")).isEqualTo(200);
      assertThat(status(server, "/api/v1/jobs/" + id, "X-API-Key", "other")).isEqualTo(404);
    }
  }

  @Test
  void pagesOfOtherSitesMayNotAsk() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), false)) {
      assertThat(status(server, MODELS, "Origin", "https://example.org")).isEqualTo(403);
      assertThat(status(server, MODELS, "Origin", "null")).isEqualTo(403);
      assertThat(status(server, MODELS, "Origin", "http://127.0.0.1:" + server.port()))
          .isEqualTo(200);
    }
  }

  @Test
  void thoseThatAreNamedMay() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), false, "https://example.org")) {
      HttpResponse<byte[]> answer =
          server.send("OPTIONS", "/api/v1/jobs", new byte[0], "Origin", "https://example.org");
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
          .contains("https://example.org");
      assertThat(status(server, MODELS, "Origin", "https://example.com")).isEqualTo(403);
    }
  }

  @Test
  void theirClientLibrariesMaySendHeadersOfTheirOwn() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), false, "https://example.org")) {
      HttpResponse<byte[]> answer =
          server.send(
              "OPTIONS",
              "/v1/images/generations",
              new byte[0],
              "Origin",
              "https://example.org",
              "Access-Control-Request-Headers",
              "authorization,content-type,x-stainless-lang");
      assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
          .contains("x-stainless-lang");
    }
  }

  /**
   * Sends a request like a page after DNS rebinding: the name of its site resolves to this machine.
   */
  @Test
  void aLocalServerIsNotAskedByAnotherName() throws IOException {
    try (ServerFixture server = server(ApiKeys.none(), false);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("403");
      }
    }
  }

  @Test
  void aServerWithAllowedNamesAnswersOnlyToThose() throws IOException {
    ServerSettings settings = ServerFixture.settings(List.of("images.example"));
    try (ServerFixture server = new ServerFixture(new FakeGenerator(), Filters.NONE, settings)) {
      assertThat(statusFor(server, "images.example:80")).isEqualTo("200");
      assertThat(statusFor(server, "localhost")).isEqualTo("200");
      assertThat(statusFor(server, "evil.example")).isEqualTo("403");
    }
  }

  private static String statusFor(ServerFixture server, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).substring(9, 12);
      }
    }
  }

  @Test
  void aProxyTellsWhoTheClientIs() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), true)) {
      server.post(
          202,
          "/api/v1/jobs",
          "{\"prompt\":\"slow\",\"count\":10}",
          "X-Forwarded-For",
          "203.0.113.9, 198.51.100.7");
      assertThat(server.jobs().active(new Client("198.51.100.7"))).hasSize(1);
    }
  }

  @Test
  void whoSaysSoWithoutAProxyIsNotBelieved() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), false)) {
      String body = "{\"prompt\":\"slow\",\"count\":10}";
      server.post(202, "/api/v1/jobs", body, "X-Forwarded-For", "198.51.100.7");
      assertThat(server.jobs().active(new Client("127.0.0.1"))).hasSize(1);
    }
  }

  @Test
  void aRequestKeepsItsIdUnlessItWouldSpoilTheLog() throws IOException, InterruptedException {
    try (ServerFixture server = server(ApiKeys.none(), false)) {
      HttpResponse<byte[]> kept =
          server.send("GET", "/healthz", new byte[0], "X-Request-ID", "mine-1");
      HttpResponse<byte[]> replaced =
          server.send("GET", "/healthz", new byte[0], "X-Request-ID", "a b\"c");
      assertThat(kept.headers().firstValue("X-Request-ID")).contains("mine-1");
      assertThat(replaced.headers().firstValue("X-Request-ID").orElseThrow()).doesNotContain("\"");
    }
  }
}
