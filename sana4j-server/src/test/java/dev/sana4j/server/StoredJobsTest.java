package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.jobs.FailingStore;
import dev.sana4j.server.mcp.Assistant;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.SqliteJobStore;
import dev.sana4j.server.store.StoreException;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredJobsTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String CAT = "{\"prompt\":\"a cat\"}";

  @TempDir private Path folder;

  @Test
  void aJobAndItsImageAreFetchedFromTheNextServer() throws IOException, InterruptedException {
    String id;
    JsonNode before;
    try (ServerFixture server = ServerFixture.storing(SqliteJobStore.open(folder))) {
      id = server.post(202, JOBS, CAT).path("id").asText();
      before = server.endedJob(id);
    }
    try (ServerFixture server = ServerFixture.storing(SqliteJobStore.open(folder))) {
      assertThat(server.get(200, JOBS + "/" + id)).isEqualTo(before);
      JsonNode image = before.path("images").get(0);
      HttpResponse<byte[]> file = server.send("GET", image.path("url").asText(), new byte[0]);
      assertThat(file.body()).hasSize(image.path("bytes").asInt());
    }
  }

  @Test
  void aFullDiskRefusesNewJobsAndTheServerGoesOn() throws IOException, InterruptedException {
    FailingStore disk = new FailingStore(SqliteJobStore.open(folder));
    try (ServerFixture server = ServerFixture.storing(disk.store())) {
      disk.fail("accept");
      JsonNode refused = server.post(507, JOBS, CAT);
      assertThat(refused.at("/error/code").asText()).isEqualTo("storage");
      assertThat(refused.at("/error/message").asText()).isEqualTo(StoreException.FOR_CLIENTS);
      assertThat(server.post(200, "/v1/images/generations", CAT).path("data")).hasSize(1);
      disk.recover();
      String id = server.post(202, JOBS, CAT).path("id").asText();
      assertThat(server.endedJob(id).path("status").asText()).isEqualTo("succeeded");
    }
  }

  @Test
  void aStoredImageThatCannotBeReadIsNoErrorOfTheServer() throws IOException, InterruptedException {
    FailingStore disk = new FailingStore(SqliteJobStore.open(folder));
    try (ServerFixture server = ServerFixture.storing(disk.store());
        Assistant assistant = Assistant.of(server)) {
      String id = server.post(202, JOBS, CAT).path("id").asText();
      String url = server.endedJob(id).at("/images/0/url").asText();
      String again = "{\"prompt\":\"a cat\",\"image\":\"" + url + "\"}";
      String info = "{\"image\":\"" + url + "\"}";
      disk.fail("file");
      HttpResponse<byte[]> file = server.send("GET", url, new byte[0]);
      assertThat(file.statusCode()).isEqualTo(507);
      assertThat(file.headers().firstValue("Retry-After")).contains("5");
      String message = server.post(507, JOBS, again).at("/error/message").asText();
      assertThat(message).isEqualTo(StoreException.FOR_CLIENTS);
      server.post(507, "/v1/images/edits", again);
      server.post(507, "/sdapi/v1/png-info", info);
      CallToolResult result = assistant.call("edit_image", Map.of("image", url, "prompt", "a cat"));
      assertThat(Assistant.text(result)).isEqualTo(StoreException.FOR_CLIENTS);
      disk.recover();
      assertThat(server.send("GET", url, new byte[0]).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void jobsOfClientsThatWaitAreNotStoredButTheirImagesAre()
      throws IOException, InterruptedException {
    String url;
    String name;
    try (JobStore store = SqliteJobStore.open(folder);
        ServerFixture server = ServerFixture.storing(store);
        Assistant assistant = Assistant.of(server)) {
      String wanted = "{\"prompt\":\"a cat\",\"response_format\":\"url\"}";
      url = server.post(200, "/v1/images/generations", wanted).at("/data/0/url").asText();
      name = Assistant.name(assistant.call("generate_image", Map.of("prompt", "a cat")));
      assertThat(store.jobs()).isEmpty();
    }
    try (ServerFixture server = ServerFixture.storing(SqliteJobStore.open(folder));
        Assistant assistant = Assistant.of(server)) {
      String path = URI.create(url).getPath();
      assertThat(server.send("GET", path, new byte[0]).statusCode()).isEqualTo(200);
      assertThat(Assistant.images(assistant.call("upscale_image", Map.of("image", name))))
          .hasSize(1);
    }
  }

  @Test
  void theSizeOfTheStoreIsAMetric() throws IOException, InterruptedException {
    try (ServerFixture server = ServerFixture.storing(SqliteJobStore.open(folder))) {
      byte[] metrics = server.send("GET", "/metrics", new byte[0]).body();
      assertThat(new String(metrics, StandardCharsets.UTF_8))
          .containsPattern("sana_data_bytes [1-9]");
    }
  }

  @Test
  void theStoreIsClosedWithTheServer() {
    ServerFixture.storing(SqliteJobStore.open(folder)).close();
    SqliteJobStore.open(folder).close();
  }
}
