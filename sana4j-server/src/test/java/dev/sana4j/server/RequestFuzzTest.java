package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.safety.ApiKeys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** The server answers any bytes, or refuses them with a reason. */
class RequestFuzzTest {
  private static final String FORM = "multipart/form-data; boundary=x";
  private static final String JSON = "application/json";

  /** The first byte of an input selects one. */
  private static final List<String> ROUTES =
      List.of(
          "/api/v1/jobs",
          "/v1/images/generations",
          "/v1/images/edits",
          "/sdapi/v1/txt2img",
          "/sdapi/v1/img2img",
          "/sdapi/v1/options",
          "/v1/images/edits#form",
          "/v1/images/variations#form");

  /** Small limits, so that many inputs are tried. */
  private static final Limits LIMITS =
      new Limits(200, 2, 4, 4096, 1 << 16, Duration.ofMinutes(5), 1);

  private static final ServerFixture SERVER =
      new ServerFixture(new Painter(), Filters.NONE, settings());

  private static ServerSettings settings() {
    ServerSettings local = ServerSettings.local(0);
    JobSettings few = ServerFixture.queue(9);
    return new ServerSettings(
        local.host(),
        0,
        few,
        LIMITS,
        local.streams(),
        local.grace(),
        ApiKeys.none(),
        List.of(),
        List.of(),
        false,
        false,
        LoraFolder.none(),
        local.aliases());
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @FuzzTest
  void requestsAreAnsweredOrRefused(byte[] input) throws IOException, InterruptedException {
    if (input.length < 2) {
      return;
    }
    BugDetectors.allowNetworkConnections((host, port) -> port == SERVER.port()); // and no other
    String[] route = ROUTES.get(Math.floorMod(input[0], ROUTES.size())).split("#", -1);
    byte[] body = Arrays.copyOfRange(input, 1, input.length);
    HttpResponse<byte[]> answer =
        SERVER.send("POST", route[0], body, "Content-Type", route.length > 1 ? FORM : JSON);
    assertThat(answer.statusCode()).isLessThan(500);
    if (answer.statusCode() >= 400) {
      String reason = ServerFixture.JSON.readTree(answer.body()).toString();
      assertThat(reason).hasSizeGreaterThan(20).doesNotContain("Exception:", "dev.sana4j");
    }
  }

  /** A generator that accepts every prompt. */
  private static final class Painter implements ImageGenerator {
    private final FakeGenerator fake = new FakeGenerator();

    @Override
    public ModelCard card() {
      return fake.card();
    }

    @Override
    public void check(GenerationRequest request) {
      // anything goes
    }

    @Override
    public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
      return requests.stream().map(FakeGenerator::image).toList();
    }

    @Override
    public Map<String, String> texts(GenerationRequest request) {
      return Map.of();
    }

    @Override
    public void close() {
      fake.close();
    }
  }
}
