package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.jobs.FakeModel;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.safety.BlockList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with several models, as clients of the three APIs see it. */
class SeveralModelsTest {
  private static final String OPENAI = "/v1/images/generations";
  private static final String TXT2IMG = "/sdapi/v1/txt2img";

  private final FakeModel small = new FakeModel("small", 1);
  private final FakeModel large = new FakeModel("large", 1);
  private final List<FakeModel> later = new ArrayList<>();
  private ServerFixture server = start(ModelAliases.of(List.of("painter=large")), Filters.NONE);

  private ServerFixture start(ModelAliases aliases, Filters filters) {
    ServerSettings local = ServerSettings.local(0);
    ServerSettings settings =
        new ServerSettings(
            local.host(),
            0,
            local.jobs(),
            local.limits(),
            local.streams(),
            local.grace(),
            local.keys(),
            List.of(),
            List.of(),
            true,
            false,
            local.loras(),
            aliases);
    ModelPool pool =
        new ModelPool(
            List.of(small, large, new FakeModel("broken", 1)),
            2,
            (known, freed) ->
                later.stream().filter(model -> !known.contains(model.card().id())).toList());
    return new ServerFixture(pool, filters, settings);
  }

  private void restart(ModelAliases aliases, Filters filters) {
    server.close();
    server = start(aliases, filters);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(small.closed()).isEqualTo(small.opened());
    assertThat(large.closed()).isEqualTo(large.opened());
  }

  private static String body(String model) {
    return "{\"prompt\":\"a cat\",\"model\":\"%s\"}".formatted(model);
  }

  /** Returns the model that an image of the web UI's API was made with. */
  private String painted(String fields, String... headers)
      throws IOException, InterruptedException {
    JsonNode answer =
        server.post(200, TXT2IMG, "{\"prompt\":\"a cat\"%s}".formatted(fields), headers);
    return ServerFixture.JSON.readTree(answer.path("info").asText()).path("sd_model_name").asText();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "small", "dall-e-2", "dall-e-3", "gpt-image-1-mini", "chatgpt-image-latest"})
  void namesOfOpenAiMeanTheDefaultModel(String name) throws IOException, InterruptedException {
    server.post(200, OPENAI, body(name));
    assertThat(small.batches()).hasSize(1);
  }

  @Test
  void aModelOrItsAliasIsChosenByName() throws IOException, InterruptedException {
    server.post(200, OPENAI, body("large"));
    server.post(200, OPENAI, body("painter"));
    JsonNode job = server.post(202, "/api/v1/jobs", body("painter"));
    assertThat(job.path("request").path("model").asText()).isEqualTo("large");
    assertThat(large.opened()).isEqualTo(1);
    assertThat(small.batches()).isEmpty();
  }

  @Test
  void eachModelHasItsOwnDefaults() throws IOException, InterruptedException {
    JsonNode first = server.get(200, "/api/v1/model");
    JsonNode second = server.get(200, "/api/v1/model?name=broken");
    assertThat(first.path("id").asText()).isEqualTo("small");
    assertThat(first.path("default").asBoolean()).isTrue();
    assertThat(second.path("default").asBoolean()).isFalse();
    assertThat(second.path("defaults").path("height").asInt())
        .isGreaterThan(first.path("defaults").path("height").asInt());
  }

  @Test
  void aModelThatDoesNotExistIsNotFound() throws IOException, InterruptedException {
    JsonNode openai = server.post(404, OPENAI, body("gpt-4")).path("error");
    assertThat(openai.path("code").asText()).isEqualTo("model_not_found");
    assertThat(openai.path("param").asText()).isEqualTo("model");
    assertThat(openai.path("message").asText())
        .isEqualTo("unknown model gpt-4; this server has small, large, broken");
    JsonNode own = server.post(404, "/api/v1/jobs", body("gpt-4")).path("error");
    assertThat(own.path("code").asText()).isEqualTo("model_not_found");
    assertThat(own.path("field").asText()).isEqualTo("model");
    server.get(404, "/api/v1/model?name=gpt-4");
    server.get(404, "/v1/models/gpt-4");
    String wanted = "{\"sd_model_checkpoint\":\"sdxl\"}";
    assertThat(server.post(400, "/sdapi/v1/options", wanted).path("detail").asText())
        .contains("unknown model sdxl");
    server.post(400, TXT2IMG, "{\"prompt\":\"a cat\",\"override_settings\":" + wanted + "}");
  }

  @Test
  void withoutAliasesANameOfOpenAiIsUnknown() throws IOException, InterruptedException {
    restart(ModelAliases.of(List.of("none")), Filters.NONE);
    server.post(404, OPENAI, body("dall-e-3"));
  }

  @Test
  void realNamesAreListedFirst() throws IOException, InterruptedException {
    assertThat(server.get(200, "/v1/models").path("data").findValuesAsText("id"))
        .containsExactly("small", "large", "broken", "painter");
    for (String name : List.of("painter", "gpt-image-1", "large")) {
      assertThat(server.get(200, "/v1/models/" + name).path("id").asText()).isEqualTo(name);
    }
    assertThat(server.get(200, "/sdapi/v1/sd-models").findValuesAsText("title"))
        .containsExactly("small", "large", "broken");
    server.post(200, OPENAI, body("large"));
    JsonNode models = server.get(200, "/api/v1/models").path("models");
    assertThat(models.findValuesAsText("id")).containsExactly("small", "large", "broken");
    assertThat(models.findValuesAsText("loaded")).containsExactly("false", "true", "false");
  }

  @Test
  void theOptionsChooseTheModelOfOneClient() throws IOException, InterruptedException {
    String[] anna = {"X-Forwarded-For", "192.0.2.1"};
    server.post(200, "/sdapi/v1/options", "{\"sd_model_checkpoint\":\"large\"}", anna);
    assertThat(server.get(200, "/sdapi/v1/options", anna).path("sd_model_checkpoint").asText())
        .isEqualTo("large");
    assertThat(server.get(200, "/sdapi/v1/samplers", anna).findValuesAsText("name"))
        .containsExactly("Fake large");
    assertThat(painted("", anna)).isEqualTo("large");
    assertThat(painted("", "X-Forwarded-For", "192.0.2.2")).isEqualTo("small");
    assertThat(painted(",\"override_settings\":{\"sd_model_checkpoint\":\"small\"}", anna))
        .isEqualTo("small");
    assertThat(painted("", anna)).isEqualTo("large");
  }

  @Test
  void aNewModelAppearsWhenTheListIsRefreshed() throws IOException, InterruptedException {
    later.add(new FakeModel("new", 1));
    server.post(404, OPENAI, body("new"));
    server.post(200, "/sdapi/v1/refresh-checkpoints", "");
    server.post(200, OPENAI, body("new"));
    assertThat(server.get(200, "/v1/models").path("data").findValuesAsText("id")).contains("new");
  }

  @Test
  void aModelThatCannotBeLoadedFailsOnlyItsOwnJobs() throws IOException, InterruptedException {
    JsonNode error = server.post(503, OPENAI, body("broken")).path("error");
    assertThat(error.path("code").asText()).isEqualTo("model_unavailable");
    assertThat(error.path("message").asText())
        .isEqualTo("the model broken cannot be loaded; see the log of the server");
    server.post(200, OPENAI, body("large"));
  }

  @Test
  void theWordFilterAndTheClassifierCheckEveryModel() throws IOException, InterruptedException {
    Filters filters =
        new Filters(
            BlockList.of(List.of("axe")),
            prompt -> prompt.contains("knife") ? Optional.of("refused") : Optional.empty());
    restart(ModelAliases.standard(), filters);
    for (String model : List.of("small", "large")) {
      for (String word : List.of("axe", "knife")) {
        String body = "{\"prompt\":\"an %s\",\"model\":\"%s\"}".formatted(word, model);
        assertThat(server.post(400, OPENAI, body).path("error").path("code").asText())
            .isEqualTo("moderation_blocked");
      }
    }
    assertThat(small.opened() + large.opened()).isZero();
  }

  @Test
  void metricsCountLoadsAndImagesOfEachModel() throws IOException, InterruptedException {
    for (String model : List.of("small", "large", "small")) {
      server.send("POST", OPENAI, body(model).getBytes(StandardCharsets.UTF_8));
    }
    String metrics =
        new String(server.send("GET", "/metrics", new byte[0]).body(), StandardCharsets.UTF_8);
    assertThat(metrics)
        .contains("sana_model_loads_total 2.0", "sana_model_unloads_total", "sana_models_bytes")
        .contains(
            "sana_images_total{model=\"small\"} 2.0", "sana_images_total{model=\"large\"} 1.0");
  }
}
