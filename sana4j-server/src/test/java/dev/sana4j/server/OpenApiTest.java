package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the OpenAPI document with the routes and their answers. */
class OpenApiTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static JsonNode document = ServerFixture.JSON.createObjectNode();

  @BeforeAll
  static void read() throws IOException, InterruptedException {
    document = SERVER.get(200, "/openapi.json");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Returns the violations of a schema by an answer. */
  private static List<String> problems(String schema, JsonNode answer) {
    ObjectNode root = ServerFixture.JSON.createObjectNode();
    root.put("$ref", "#/components/schemas/" + schema);
    root.set("components", document.path("components"));
    Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(root.toString(), InputFormat.JSON);
    return compiled.validate(answer.toString(), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    List<String> described = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    List<String> routes = new ArrayList<>(SERVER.routes());
    routes.remove("GET /"); // the page
    assertThat(described).containsExactlyInAnyOrderElementsOf(routes);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (JsonNode reference : document.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  @Test
  void everyOperationHasANameOfItsOwn() {
    assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
  }

  @Test
  void anAnswerThatIsNotAsDescribedIsFound() throws IOException, InterruptedException {
    ObjectNode model = SERVER.get(200, "/api/v1/model").deepCopy();
    model.put("id", 7);
    assertThat(problems("Model", model)).isNotEmpty();
  }

  @Test
  void theModelIsAsDescribed() throws IOException, InterruptedException {
    assertThat(problems("Model", SERVER.get(200, "/api/v1/model"))).isEmpty();
    assertThat(problems("Queue", SERVER.get(200, "/api/v1/queue"))).isEmpty();
  }

  @Test
  void aJobAndItsEventsAreAsDescribed() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"slow\",\"count\":2,\"previews\":true}";
    assertThat(problems("JobRequest", ServerFixture.JSON.readTree(body))).isEmpty();
    JsonNode job = SERVER.post(202, "/api/v1/jobs", body);
    assertThat(problems("Job", job)).isEmpty();
    String path = "/api/v1/jobs/" + job.path("id").asText() + "/events";
    Map<String, String> schemas =
        Map.of(
            "status", "Job",
            "progress", "ProgressEvent",
            "preview", "PreviewEvent",
            "image", "Image",
            "done", "Job");
    for (Map.Entry<String, JsonNode> event :
        SERVER.events(HttpRequest.newBuilder(SERVER.uri(path)).build())) {
      assertThat(problems(schemas.getOrDefault(event.getKey(), "none"), event.getValue()))
          .isEmpty();
    }
  }

  @Test
  void answersOfTheImagesApiAreAsDescribed() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a cat\"}";
    assertThat(problems("OpenAIRequest", ServerFixture.JSON.readTree(body))).isEmpty();
    assertThat(problems("OpenAIImages", SERVER.post(200, "/v1/images/generations", body)))
        .isEmpty();
    JsonNode models = SERVER.get(200, "/v1/models");
    assertThat(problems("OpenAIModel", models.path("data").get(0))).isEmpty();
  }

  @Test
  void answersOfTheOtherInterfaceAreAsDescribed() throws IOException, InterruptedException {
    assertThat(
            problems(
                "SdapiImages", SERVER.post(200, "/sdapi/v1/txt2img", "{\"prompt\":\"a cat\"}")))
        .isEmpty();
    assertThat(problems("SdapiProgress", SERVER.get(200, "/sdapi/v1/progress"))).isEmpty();
  }

  @Test
  void problemsAreAsDescribed() throws IOException, InterruptedException {
    assertThat(problems("Error", SERVER.post(400, "/api/v1/jobs", "{}"))).isEmpty();
    assertThat(problems("Error", SERVER.get(404, "/api/v1/jobs/x"))).isEmpty();
    assertThat(problems("OpenAIError", SERVER.post(400, "/v1/images/generations", "{}"))).isEmpty();
    assertThat(problems("SdapiError", SERVER.post(422, "/sdapi/v1/txt2img", "{}"))).isEmpty();
  }

  @Test
  void listingsAreAsDescribed() throws IOException, InterruptedException {
    Iterator<String> paths = document.path("paths").fieldNames();
    while (paths.hasNext()) {
      String path = paths.next();
      JsonNode schema =
          document
              .path("paths")
              .path(path)
              .path("get")
              .path("responses")
              .path("200")
              .path("content")
              .path("application/json")
              .path("schema");
      if (path.startsWith("/sdapi/") && !schema.isMissingNode()) {
        String type = SERVER.get(200, path).isArray() ? "array" : "object";
        assertThat(schema.path("type").asText(type)).as(path).isEqualTo(type);
      }
    }
  }
}
