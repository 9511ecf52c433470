package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that disconnect, and clients that pipeline requests. */
class ClientConnectionTest {
  private static final Client LOCAL = new Client("127.0.0.1");
  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeGenerator generator = new FakeGenerator();
  private final ServerFixture server = new ServerFixture(generator);

  @AfterEach
  void stop() {
    server.close();
  }

  private static String post(String path, String body, String more) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + more
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private Job begun() throws InterruptedException {
    List<Job> active = server.jobs().active(LOCAL);
    while (active.isEmpty() || active.get(0).state().step() == 0) {
      Thread.sleep(2);
      active = server.jobs().active(LOCAL);
    }
    return active.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/images/generations|{\"prompt\":\"slow\",\"n\":10}",
        "/v1/images/generations|{\"prompt\":\"slow\",\"n\":10,\"stream\":true}",
        "/sdapi/v1/txt2img|{\"prompt\":\"slow\",\"n_iter\":10}"
      })
  void aClientThatHangsUpStopsItsJob(String path, String body) throws Exception {
    Job job;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      write(socket, post(path, body, ""));
      job = begun();
    }
    assertThat(job.awaitEnd(SOON)).isTrue();
    assertThat(job.state().status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(generator.steps()).isLessThan(40);
  }

  @ParameterizedTest
  @CsvSource({"true, CANCELLED", "false, SUCCEEDED"})
  void whoOnlyWatchesMayChoose(boolean cancels, JobStatus end) throws Exception {
    String id =
        server.post(202, "/api/v1/jobs", "{\"prompt\":\"slow\",\"count\":4}").path("id").asText();
    Job job = begun();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String path = "/api/v1/jobs/" + id + "/events?cancel_on_close=" + cancels;
      write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(socket.getInputStream().read()).isPositive();
    }
    assertThat(job.awaitEnd(SOON)).isTrue();
    assertThat(job.state().status()).isEqualTo(end);
  }

  @Test
  void aRequestSentAheadIsAnsweredInItsTurn() throws Exception {
    String slow = post("/v1/images/generations", "{\"prompt\":\"slow\",\"n\":3}", "");
    String last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      write(socket, slow);
      Job job = begun();
      write(socket, slow);
      assertThat(job.awaitEnd(SOON)).isTrue();
      write(socket, last);
      String answers = in.lines().collect(Collectors.joining("\n"));
      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(4);
      assertThat(job.state().status()).isEqualTo(JobStatus.SUCCEEDED);
    }
  }
}
