package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.NearestJudge;
import dev.sana4j.server.mcp.Assistant;
import dev.sana4j.server.store.SqliteJobStore;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests for the best of several images, in all APIs; the judge prefers the seed 12. */
class BestOfRequestsTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String OPENAI = "/v1/images/generations";

  private static ServerFixture judged() {
    return new ServerFixture(
        new FakeGenerator(), Filters.NONE, ServerSettings.local(0).judgedBy(new NearestJudge(12)));
  }

  private static String cat(String fields) {
    return "{\"prompt\":\"a cat\",\"seed\":7," + fields + "}";
  }

  @Test
  void aJobHasTheSeedAndTheScoreOfItsBestImages() throws IOException, InterruptedException {
    try (ServerFixture server = judged()) {
      JsonNode created = server.post(202, JOBS, cat("\"best_of\":4,\"count\":2"));
      assertThat(created.at("/request/best_of").asInt()).isEqualTo(4);
      assertThat(created.at("/progress/steps").asInt()).isEqualTo(2 * 4 * 4);
      JsonNode job = server.endedJob(created.path("id").asText());
      assertThat(job.at("/images/0/seed").asInt()).isEqualTo(10);
      assertThat(job.at("/images/0/score").asDouble()).isEqualTo(-2);
      assertThat(job.at("/images/1/seed").asInt()).isEqualTo(12);
      JsonNode plain = server.post(202, JOBS, cat("\"best_of\":1"));
      JsonNode one = server.endedJob(plain.path("id").asText());
      assertThat(one.path("images").get(0).has("score")).isFalse();
      assertThat(server.get(200, "/api/v1/model").at("/limits/best_of").asInt()).isEqualTo(10);
    }
  }

  @Test
  void scoresSurviveARestart(@TempDir Path folder) throws IOException, InterruptedException {
    ServerSettings settings = ServerSettings.local(0).judgedBy(new NearestJudge(12));
    String id;
    JsonNode before;
    try (var server = ServerFixture.storing(SqliteJobStore.open(folder), settings)) {
      id = server.post(202, JOBS, cat("\"best_of\":3")).path("id").asText();
      before = server.endedJob(id);
      assertThat(before.at("/images/0/score").asDouble()).isEqualTo(-3);
    }
    try (var server = ServerFixture.storing(SqliteJobStore.open(folder), settings)) {
      assertThat(server.get(200, JOBS + "/" + id).path("images")).isEqualTo(before.path("images"));
    }
  }

  @Test
  void imagesOfOpenAiHaveSeedScoreAndMetadata() throws IOException, InterruptedException {
    try (ServerFixture server = judged()) {
      JsonNode image = server.post(200, OPENAI, cat("\"best_of\":8,\"n\":1")).at("/data/0");
      assertThat(image.path("seed").asInt()).isEqualTo(12);
      assertThat(image.path("score").asDouble()).isZero();
      byte[] file = Base64.getDecoder().decode(image.path("b64_json").asText());
      assertThat(ImageFiles.readTexts(ImageSource.of("image", file)).get("sana4j-best-of"))
          .contains("\"judge\":\"nearest\"", "\"of\":8");
    }
  }

  @Test
  void anAssistantAsksForTheBestOfSeveral() {
    try (ServerFixture server = judged();
        Assistant assistant = Assistant.of(server)) {
      CallToolResult result =
          assistant.call("generate_image", Map.of("prompt", "a cat", "seed", 7, "best_of", 6));
      assertThat(Assistant.text(result)).contains("seed 12", "the best of 6 with the score 0.0");
      assertThat(Assistant.images(result)).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"best_of\":0 | best_of 0 is not between 1 and 16",
        "\"best_of\":17 | best_of 17 is not between 1 and 16",
        "\"best_of\":\"many\" | best_of is not a",
        "\"best_of\":11 | the best 1 of 11 candidates each are 11 images; the limit is 10",
        "\"best_of\":4,COUNT:3 | the best 3 of 4 candidates each are 12 images; the limit is 10",
      })
  void aWrongNumberIsRefused(String fields, String message)
      throws IOException, InterruptedException {
    try (ServerFixture server = judged()) {
      String ours = cat(fields.replace("COUNT", "\"count\""));
      JsonNode refused = server.post(400, JOBS, ours).path("error");
      assertThat(refused.path("field").asText()).isEqualTo("best_of");
      assertThat(refused.path("message").asText()).startsWith(message);
      String theirs = cat(fields.replace("COUNT", "\"n\""));
      assertThat(server.post(400, OPENAI, theirs).at("/error/message").asText())
          .startsWith(message);
    }
  }

  @Test
  void aPromptThatTheJudgeDoesNotUnderstandIsRefused() throws IOException, InterruptedException {
    try (ServerFixture server = judged()) {
      String riddle = "{\"prompt\":\"a riddle\",\"best_of\":2}";
      assertThat(server.post(400, OPENAI, riddle).at("/error/message").asText())
          .isEqualTo("this judge understands no riddles");
    }
  }

  @Test
  void withoutAJudgeTheRefusalSaysSo() throws IOException, InterruptedException {
    try (ServerFixture server = new ServerFixture();
        Assistant assistant = Assistant.of(server)) {
      String reason = "this server has no judge that chooses the best of several images";
      JsonNode error = server.post(400, JOBS, cat("\"best_of\":2")).path("error");
      assertThat(error.path("message").asText()).isEqualTo(reason);
      assertThat(server.post(400, OPENAI, cat("\"best_of\":2")).at("/error/param").asText())
          .isEqualTo("best_of");
      assertThat(
              Assistant.text(
                  assistant.call("generate_image", Map.of("prompt", "a cat", "best_of", 2))))
          .isEqualTo(reason);
      assertThat(server.get(200, "/api/v1/model").at("/limits/best_of").asInt()).isEqualTo(1);
      server.post(200, OPENAI, cat("\"best_of\":1"));
    }
  }

  @Test
  void noRequestNamesAJudge() throws IOException, InterruptedException {
    try (ServerFixture server = judged()) {
      String command = cat("\"best_of\":2,\"judge\":\"rm -rf /\"");
      assertThat(server.post(400, JOBS, command).at("/error/field").asText()).isEqualTo("judge");
      JsonNode image =
          server.post(200, OPENAI, command).at("/data/0"); // unknown fields are ignored
      assertThat(image.path("score").asDouble()).isEqualTo(-4);
    }
  }
}
