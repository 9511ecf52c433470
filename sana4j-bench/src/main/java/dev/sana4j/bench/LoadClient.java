package dev.sana4j.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A client that requests images one after the other until its time is over. */
final class LoadClient implements Runnable {
  private static final List<String> PROMPTS =
      List.of(
          "a red apple on a blue background",
          "two cats on a green background",
          "a dog beside a tree",
          "一只猫 🐱",
          "three stars on a pink background");

  private static final Duration LONGEST = Duration.ofMinutes(6);
  private static final int LONGEST_STAY_MILLIS = 400;
  private static final int NO_ANSWER_PAUSE_MILLIS = 200;

  private final URI server;
  private final String key;
  private final double vanishing;
  private final long until;
  private final LoadTally tally;
  private final Random random;
  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * Creates a client.
   *
   * @param server address of the server
   * @param key API key, or empty
   * @param vanishing fraction of requests on which it disconnects
   * @param until when it stops, in the time of System.nanoTime
   * @param tally counts the results
   * @param seed seed of the prompts
   */
  LoadClient(URI server, String key, double vanishing, long until, LoadTally tally, long seed) {
    this.server = server;
    this.key = key;
    this.vanishing = vanishing;
    this.until = until;
    this.tally = tally;
    random = new Random(seed);
  }

  @Override
  public void run() {
    try {
      while (System.nanoTime() < until) {
        String body = "{\"prompt\":\"" + PROMPTS.get(random.nextInt(PROMPTS.size())) + "\"}";
        if (random.nextDouble() < vanishing) {
          vanish(body);
        } else {
          ask(body);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
            .timeout(LONGEST)
            .POST(BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      boolean isWhole = response.body().contains("\"b64_json\"");
      int status = response.statusCode();
      if (status == 200 && !isWhole) {
        tally.unanswered("without an image");
        return;
      }
      tally.answered(status, (System.nanoTime() - start) / 1e9);
      if (status != 200) {
        Thread.sleep(pause(response));
      }
    } catch (ConnectException e) {
      tally.unanswered("no connection");
      Thread.sleep(NO_ANSWER_PAUSE_MILLIS);
    } catch (IOException e) {
      tally.unanswered("connection lost");
      Thread.sleep(NO_ANSWER_PAUSE_MILLIS);
    }
  }

  /**
   * Returns the pause that the server asks for plus a random time, so that clients do not retry
   * together.
   */
  private long pause(HttpResponse<String> response) {
    long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
    return seconds * 1000 + random.nextInt(1000);
  }

  private void vanish(String body) throws InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/images/generations HTTP/1.1\r\nHost: "
            + server.getAuthority()
            + (key.isEmpty() ? "" : "\r\nAuthorization: Bearer " + key)
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getByName(server.getHost()), server.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(bytes);
      Thread.sleep(random.nextInt(LONGEST_STAY_MILLIS));
      tally.unanswered("disconnected on purpose");
    } catch (IOException e) {
      tally.unanswered("no connection");
      Thread.sleep(NO_ANSWER_PAUSE_MILLIS);
    }
  }
}
