package dev.sana4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.safety.ApiKeys;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.MemoryJobStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server on a free port, and a client. */
public final class ServerFixture implements AutoCloseable {
  /** Reads answers. */
  public static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final SanaServer server;
  private final int port; // also available after the server has stopped

  /** Starts a server with a fast fake generator. */
  public ServerFixture() {
    this(new FakeGenerator());
  }

  /** Starts a server with a generator. */
  public ServerFixture(ImageGenerator generator) {
    this(generator, Filters.NONE, ServerSettings.local(0));
  }

  /** Starts a server with filters and settings. */
  public ServerFixture(ImageGenerator generator, Filters filters, ServerSettings settings) {
    this(SanaServer.start(generator, filters, settings));
  }

  private ServerFixture(SanaServer server) {
    this.server = server;
    port = server.port();
  }

  /** Starts a server with several models. */
  public ServerFixture(ImageGenerators models, Filters filters, ServerSettings settings) {
    this(SanaServer.start(models, filters, settings, new MemoryJobStore()));
  }

  /** Starts a server with a fast fake generator and a store. */
  public static ServerFixture storing(JobStore store) {
    return storing(store, ServerSettings.local(0));
  }

  /** Starts a server with a fast fake generator, a store and settings. */
  public static ServerFixture storing(JobStore store, ServerSettings settings) {
    return new ServerFixture(
        SanaServer.start(ImageGenerators.of(new FakeGenerator()), Filters.NONE, settings, store));
  }

  /** Returns settings with the given keys, origins and proxy. */
  public static ServerSettings settings(
      ApiKeys keys, List<String> origins, boolean behindProxy, JobSettings jobs) {
    return settings(keys, origins, List.of(), behindProxy, jobs, LoraFolder.none());
  }

  /** Returns settings for local use with the adapters of a folder. */
  public static ServerSettings settings(LoraFolder loras) {
    return settings(ApiKeys.none(), List.of(), List.of(), false, JobSettings.standard(), loras);
  }

  /** Returns settings for local use with names of the server. */
  public static ServerSettings settings(List<String> allowedHosts) {
    return settings(
        ApiKeys.none(), List.of(), allowedHosts, false, JobSettings.standard(), LoraFolder.none());
  }

  private static ServerSettings settings(
      ApiKeys keys,
      List<String> origins,
      List<String> allowedHosts,
      boolean behindProxy,
      JobSettings jobs,
      LoraFolder loras) {
    ServerSettings local = ServerSettings.local(0);
    return new ServerSettings(
        local.host(),
        0,
        jobs,
        local.limits(),
        local.streams(),
        Duration.ofSeconds(5),
        keys,
        origins,
        allowedHosts,
        behindProxy,
        false,
        loras,
        local.aliases());
  }

  /** Returns settings with a queue of a size. */
  public static JobSettings queue(int capacity) {
    JobSettings standard = JobSettings.standard();
    return new JobSettings(
        capacity,
        capacity,
        standard.mostTogether(),
        standard.window(),
        standard.keptFor(),
        standard.keptJobs(),
        standard.keptBytes(),
        true,
        true,
        null);
  }

  /** Returns the port. */
  public int port() {
    return port;
  }

  /** Returns the routes as method and path. */
  List<String> routes() {
    return server.routes();
  }

  /** Returns the jobs. */
  public JobService jobs() {
    return server.jobs();
  }

  /** Returns the URI of a path. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Sends a request with a body, or none for null. */
  public HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Posts JSON, and expects a status. */
  public JsonNode post(int status, String path, String json, String... headers)
      throws IOException, InterruptedException {
    return checked(status, send("POST", path, json.getBytes(UTF_8), headers));
  }

  /** Gets JSON, and expects a status. */
  public JsonNode get(int status, String path, String... headers)
      throws IOException, InterruptedException {
    return checked(status, send("GET", path, new byte[0], headers));
  }

  /** Waits for the end of a job, and returns its JSON. */
  public JsonNode endedJob(String id) throws IOException, InterruptedException {
    while (true) {
      JsonNode job = get(200, "/api/v1/jobs/" + id);
      if (!job.path("ended_at").isNull()) {
        return job;
      }
      Thread.sleep(5);
    }
  }

  private static JsonNode checked(int status, HttpResponse<byte[]> response) throws IOException {
    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  /** Reads all events of a stream, as type and data. */
  public List<Map.Entry<String, JsonNode>> events(HttpRequest request)
      throws IOException, InterruptedException {
    List<Map.Entry<String, JsonNode>> events = new ArrayList<>();
    String type = "";
    for (String line : client.send(request, BodyHandlers.ofLines()).body().toList()) {
      if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        events.add(Map.entry(type, JSON.readTree(line.substring(6))));
      }
    }
    return events;
  }

  @Override
  public void close() {
    server.close();
  }
}
