package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refusals of a hub, the hosts that receive tokens, and answers that are not trusted. */
class HubRefusalTest {
  @TempDir private Path folder;
  private HubLab lab;

  @BeforeEach
  void start() {
    lab = new HubLab(folder);
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private void refused(Reason reason, String... because) {
    assertThatThrownBy(() -> lab.pull())
        .isInstanceOfSatisfying(
            HubException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).contains(because).doesNotContain("\n", HubLab.TOKEN);
              for (Throwable at = e; at != null; at = at.getCause()) {
                assertThat(String.valueOf(at)).doesNotContain(HubLab.TOKEN);
              }
            });
  }

  private void asked(int status, String... headers) {
    lab.hub.instead("/revision/", 9, FakeHub.status(status, headers));
  }

  @Test
  void aModelThatIsNotThereIsSaidToBePerhapsPrivate() {
    asked(401, "X-Error-Code", "RepoNotFound");
    refused(Reason.NOT_FOUND, "no model " + HubLab.NAME + " at 127.0.0.1", "set HF_TOKEN");
    lab.with("HF_TOKEN", HubLab.TOKEN);
    refused(Reason.NOT_FOUND, "your token has no access");
  }

  @Test
  void aBare401Or404MeansTheSame() {
    asked(401);
    refused(Reason.NOT_FOUND, "no model " + HubLab.NAME);
    lab.close();
    start();
    asked(404);
    refused(Reason.NOT_FOUND, "no model " + HubLab.NAME);
  }

  @Test
  void aGatedModelNeedsItsTermsAccepted() {
    asked(403, "X-Error-Code", "GatedRepo", "X-Error-Message", "Access is restricted");
    refused(Reason.GATED, "is gated", "accept its terms", "HF_TOKEN");
    lab.with("HF_TOKEN", HubLab.TOKEN);
    refused(Reason.GATED, "the account of your token");
  }

  @Test
  void aFileOfAGatedModelSaysTheSame() {
    lab.hub.instead("/resolve/", 9, FakeHub.status(401, "X-Error-Code", "GatedRepo"));
    refused(Reason.GATED, "is gated");
  }

  @Test
  void aTokenThatTheHubRefusesIsNotRepeatedEvenIfTheHubDoes() {
    lab.with("HF_TOKEN", HubLab.TOKEN);
    asked(401, "X-Error-Message", "Invalid credentials in Authorization header");
    refused(Reason.TOKEN, "rejects your token");
    lab.close();
    start();
    lab.with("HF_TOKEN", HubLab.TOKEN);
    asked(403, "X-Error-Message", "no rights for Bearer " + HubLab.TOKEN);
    refused(Reason.TOKEN, "access is denied to", "Bearer ***");
  }

  @Test
  void aRevisionThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> lab.models().pull(HubId.parse(HubLab.NAME + "@v9"), lab.listener))
        .hasMessageContaining("has no revision v9");
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    lab.with("HF_TOKEN", HubLab.TOKEN);
    lab.pull();
    for (FakeHub.Request request : lab.hub.requests()) {
      assertThat(request.authorization())
          .isEqualTo(request.toStorage() ? "" : "Bearer " + HubLab.TOKEN);
    }
    assertThat(lab.hub.requests()).anyMatch(FakeHub.Request::toStorage);
  }

  @Test
  void aRenamedModelIsFollowedOnTheHubWithTheToken() {
    lab.with("HF_TOKEN", HubLab.TOKEN);
    String now = "/api/models/" + HubLab.NAME + "/revision/main";
    lab.hub.instead("/api/models/old/name/revision", 1, FakeHub.status(307, "Location", now));
    lab.hub.instead(
        "/api/models/old/name/tree", 1, FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
    assertThatThrownBy(() -> lab.models().pull(HubId.parse("old/name"), lab.listener))
        .hasMessageContaining("no model old/name");
    assertThat(lab.hub.requests().get(1).authorization()).isEqualTo("Bearer " + HubLab.TOKEN);
    assertThat(lab.hub.requests().get(1).uri()).isEqualTo(now);
  }

  @Test
  void redirectsInCirclesEnd() {
    lab.hub.instead(
        "/revision/main", 99, FakeHub.status(302, "Location", "/api/models/x/y/revision/main"));
    refused(Reason.UNREACHABLE, "redirects too often");
    assertThat(lab.hub.requests()).hasSizeLessThan(20);
  }

  @Test
  void aRedirectToNowhereIsRefused() {
    for (String location :
        new String[] {"", "ftp://a.example/x", "file:///etc/passwd", "http://"}) {
      lab.hub.instead("/revision/main", 1, FakeHub.status(302, "Location", location));
      refused(Reason.UNREACHABLE, "to an unsupported address");
    }
  }

  @Test
  void aListThatGoesOnElsewhereIsRefused() {
    lab.hub.instead(
        "/tree/",
        1,
        exchange -> {
          String next = lab.hub.storage() + "/tree/2";
          exchange.getResponseHeaders().add("Link", "<" + next + ">; rel=\"next\"");
          json(exchange, "[]");
        });
    refused(Reason.DAMAGED, "on another host");
  }

  @Test
  void namesThatLeadOutOfTheCacheAreRefused() {
    List<String> names =
        new ArrayList<>(List.of("../evil", "/etc/evil", "vae/../../evil", "a\\\\..\\\\evil"));
    names.add("vae/evil\\u001b[2J");
    for (String name : names) {
      lab.hub.instead(
          "/tree/",
          1,
          exchange ->
              json(
                  exchange,
                  "[{\"type\":\"file\",\"path\":\"%s\",\"size\":4,\"oid\":\"%s\"}]"
                      .formatted(name, "a".repeat(40))));
      refused(Reason.DAMAGED, "unsafe path");
    }
    assertThat(lab.cache).doesNotExist();
  }

  @Test
  void anOddNameThatNoModelNeedsIsPassedOver() {
    lab.hub.add("assets/what?.png", new byte[3]);
    assertThat(lab.pull().resolve("assets")).doesNotExist();
  }

  @Test
  void anAnswerThatRepeatsTheTokenIsNotRepeated() {
    lab.with("HF_TOKEN", HubLab.TOKEN);
    lab.hub.instead("/revision/", 1, exchange -> json(exchange, HubLab.TOKEN));
    refused(Reason.DAMAGED, "returned no JSON");
  }

  @Test
  void aPageInBetweenIsNotTakenForAHub() {
    lab.hub.instead("/revision/", 1, exchange -> json(exchange, "<html>Please log in</html>"));
    refused(Reason.DAMAGED, "returned no JSON", "HF_ENDPOINT");
    lab.hub.instead("/revision/", 1, exchange -> json(exchange, "{\"sha\":\"../../x\"}"));
    refused(Reason.DAMAGED, "returned no commit");
  }

  @Test
  void anotherKindOfPipelineIsRefusedBeforeItsWeightsCome() {
    lab.add("model_index.json", "{\"_class_name\":\"FluxPipeline\"}");
    refused(Reason.UNSUITABLE, "is a FluxPipeline");
    assertThat(lab.requestsFor(HubLab.WEIGHTS, true)).isEmpty();
  }

  @Test
  void aModelThatLacksAPartOnTheHubIsRefusedByName() {
    lab.add(
        "model_index.json",
        "{\"_class_name\":\"SanaPipeline\",\"scheduler\":[\"diffusers\",\"SCMScheduler\"]}");
    refused(Reason.UNSUITABLE, "incomplete on the hub", "scheduler");
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
