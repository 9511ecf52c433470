package dev.sana4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a server with SIGKILL while clients send jobs. */
class KilledServerTest {
  private static final int COUNT = 3;

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Integer> accepted = new HashMap<>(); // id to seed
  private final Map<String, JsonNode> ended = new HashMap<>();
  private @Nullable Process process;
  private String address = "";

  private Process start() throws IOException, InterruptedException {
    Path port = folder.resolve("port");
    Files.deleteIfExists(port);
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledServer.class.getName(),
            folder.resolve("data").toString(),
            port.toString());
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    process = started;
    while (!Files.exists(port)) {
      assertThat(started.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
      Thread.sleep(5);
    }
    address = "http://127.0.0.1:" + Files.readString(port);
    return started;
  }

  @AfterEach
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofByteArray());
  }

  private JsonNode job(String id) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get("/api/v1/jobs/" + id);
    assertThat(answer.statusCode()).as("the job " + id).isEqualTo(200);
    return ServerFixture.JSON.readTree(answer.body());
  }

  /** Sends a job; returns whether the server still answers. */
  private boolean send() throws InterruptedException {
    int seed = COUNT * accepted.size() % 200;
    String body = "{\"prompt\":\"a cat\",\"count\":%d,\"seed\":%d}".formatted(COUNT, seed);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/api/v1/jobs"))
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(UTF_8));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      accepted.put(ServerFixture.JSON.readTree(answer.body()).path("id").asText(), seed);
      return true;
    } catch (IOException e) {
      return false; // killed
    }
  }

  /** What has ended does not change any more. */
  private void look() throws IOException, InterruptedException {
    for (String id : accepted.keySet()) {
      JsonNode job = job(id);
      JsonNode before = ended.get(id);
      if (before != null) {
        assertThat(job).isEqualTo(before);
      } else if (!job.path("ended_at").isNull()) {
        ended.put(id, job);
      }
    }
  }

  private void killAtRandomMoments(int kills, int mostJobs, int longestMillis) throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < kills; i++) {
      Process server = start();
      look();
      int jobs = 1 + random.nextInt(mostJobs);
      for (int k = 0; k < jobs; k++) {
        assertThat(send()).isTrue();
      }
      Thread killer = new Thread(killer(server, random.nextInt(longestMillis)));
      killer.start();
      int more = jobs;
      while (more > 0 && send()) {
        more--;
      }
      killer.join();
      server.waitFor();
    }
    start();
    checkAll();
  }

  private static Runnable killer(Process server, int millis) {
    return () -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      server.destroyForcibly();
    };
  }

  private void checkAll() throws IOException, InterruptedException {
    assertThat(accepted).isNotEmpty();
    while (ended.size() < accepted.size()) {
      look();
      Thread.sleep(20);
    }
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, Integer> each : accepted.entrySet()) {
      JsonNode job = job(each.getKey());
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("succeeded");
      List<Integer> indices = new ArrayList<>();
      for (JsonNode image : job.path("images")) {
        indices.add(image.path("index").asInt());
        assertThat(names.add(image.path("url").asText())).isTrue();
        byte[] file = get(image.path("url").asText()).body();
        assertThat(file).hasSize(image.path("bytes").asInt());
        byte colour = (byte) (each.getValue() + image.path("index").asInt());
        assertThat(ImageFiles.read(ImageSource.of("image", file)).rgb()).containsOnly(colour);
      }
      assertThat(indices).containsExactly(0, 1, 2);
    }
  }

  @Test
  void everyAcceptedJobEndsOnceWithAllItsImages() throws Exception {
    killAtRandomMoments(2, 10, 300);
  }

  @Test
  @Tag("slow")
  void everyAcceptedJobEndsOnceAfterManyKills() throws Exception {
    killAtRandomMoments(20, 20, 500);
  }
}
