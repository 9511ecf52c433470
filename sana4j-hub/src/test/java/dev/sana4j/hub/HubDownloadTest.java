package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closed connections, errors and wrong answers of a server. */
class HubDownloadTest {
  private static final String WEIGHTS = HubLab.WEIGHTS;
  private static final byte[] CONTENT = HubLab.bytes(5000, 1);

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

  private void isWhole() {
    assertThat(lab.snapshot().resolve(WEIGHTS)).hasBinaryContent(CONTENT);
    assertThat(lab.part(WEIGHTS)).doesNotExist();
  }

  private List<String> ranges() {
    return lab.requestsFor(WEIGHTS, true).stream().map(FakeHub.Request::range).toList();
  }

  private void refused(Reason reason, String... because) {
    assertThatThrownBy(() -> lab.pull())
        .isInstanceOfSatisfying(
            HubException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).contains(because).doesNotContain("\n", "secret");
            });
  }

  /** Runs a download that ends with a part of the weights. */
  private void runThatIsCut() {
    lab.hub.instead("/" + WEIGHTS + "?signature", 1, lab.cut(WEIGHTS, 700));
    lab.hub.instead("/" + WEIGHTS + "?signature", 3, FakeHub.status(503));
    refused(Reason.UNREACHABLE, "127.0.0.1 answers 503");
    assertThat(lab.part(WEIGHTS)).hasSize(700);
    assertThat(lab.blob(WEIGHTS)).doesNotExist();
  }

  @Test
  void aCutIsFollowedByTheRest() {
    lab.hub.instead("/" + WEIGHTS + "?signature", 1, lab.cut(WEIGHTS, 1234));
    lab.pull();
    isWhole();
    assertThat(ranges()).containsExactly("", "bytes=1234-");
  }

  @Test
  void aConnectionThatIsCutAgainAndAgainIsGivenUp() {
    lab.hub.instead("/" + WEIGHTS + "?signature", 4, lab.cut(WEIGHTS, 700));
    refused(Reason.UNREACHABLE, "closed after 700 of 5000 bytes of " + WEIGHTS, "tried 4 times");
  }

  @Test
  void anotherRunGoesOnWhereTheLastOneWasCut() {
    runThatIsCut();
    int before = ranges().size();
    lab.pull();
    isWhole();
    assertThat(ranges().subList(before, ranges().size())).containsExactly("bytes=700-");
  }

  @Test
  void progressCountsWhatIsThereAndEndsWithAll() {
    runThatIsCut();
    lab.progress.clear();
    lab.pull();
    // Files are downloaded in parallel, and those of the first run are not requested again.
    assertThat(lab.progress).isSorted().endsWith(lab.total);
    assertThat(lab.total).isGreaterThanOrEqualTo(5000);
  }

  @Test
  void aServerThatKnowsNoRangesSendsAllAgain() throws IOException {
    runThatIsCut();
    lab.hub.instead("/" + WEIGHTS + "?signature", 1, lab.hub.cut(WEIGHTS, CONTENT.length));
    lab.pull();
    isWhole();
  }

  @Test
  void aRangeThatIsRefusedBeginsAnew() {
    runThatIsCut();
    lab.hub.instead("/" + WEIGHTS + "?signature", 1, FakeHub.status(416));
    lab.pull();
    isWhole();
  }

  @Test
  void anotherRangeThanAskedForIsNotTaken() {
    runThatIsCut();
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          exchange.getResponseHeaders().add("Content-Range", "bytes 0-4999/5000");
          exchange.sendResponseHeaders(206, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
        });
    lab.pull();
    isWhole();
  }

  @Test
  void aPartThatSomethingElseChangedIsFetchedAnew() throws IOException {
    runThatIsCut();
    Files.write(lab.part(WEIGHTS), new byte[700]);
    lab.pull();
    isWhole();
    assertThat(ranges()).endsWith("bytes=700-", "");
  }

  @Test
  void aPartThatIsTooLongIsFetchedAnew() throws IOException {
    runThatIsCut();
    Files.write(lab.part(WEIGHTS), new byte[6000]);
    lab.pull();
    isWhole();
  }

  @Test
  void aPartThatIsWholeIsNotFetchedAgain() throws IOException {
    runThatIsCut();
    int before = ranges().size();
    Files.write(lab.part(WEIGHTS), CONTENT);
    lab.pull();
    isWhole();
    assertThat(ranges()).hasSize(before);
  }

  @Test
  void contentWithAnotherHashIsRefusedAndDropped() throws IOException {
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          byte[] wrong = CONTENT.clone();
          wrong[4000] ^= 1;
          exchange.sendResponseHeaders(200, wrong.length);
          exchange.getResponseBody().write(wrong);
        });
    refused(Reason.DAMAGED, WEIGHTS, "another hash");
    assertThat(lab.part(WEIGHTS)).doesNotExist();
    assertThat(lab.blob(WEIGHTS)).doesNotExist();
    lab.pull();
    isWhole();
  }

  @Test
  void aSmallFileWithAnotherHashIsRefused() {
    lab.hub.instead(
        "/resolve/" + HubLab.COMMIT + "/vae/config.json",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, 8);
          exchange.getResponseBody().write("{\"a\": 2}".getBytes(StandardCharsets.UTF_8));
        });
    refused(Reason.DAMAGED, "vae/config.json", "another hash");
  }

  @Test
  void contentOfAnotherSizeIsRefused() {
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length - 1);
          exchange.getResponseBody().write(CONTENT, 0, CONTENT.length - 1);
        });
    refused(Reason.DAMAGED, "4999 bytes, but the hub announced 5000");
  }

  @Test
  void contentWithoutEndIsCutOff() {
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // in chunks, without a size
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(CONTENT);
          }
        });
    refused(Reason.DAMAGED, "but the hub announced 5000");
  }

  @Test
  void aServerThatStopsSendingIsAskedAgain() {
    lab.with("HF_HUB_DOWNLOAD_TIMEOUT", "1");
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 900);
          exchange.getResponseBody().flush();
          sleep();
        });
    lab.pull();
    isWhole();
    assertThat(ranges()).containsExactly("", "bytes=900-");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    lab.with("HF_HUB_ETAG_TIMEOUT", "1");
    lab.hub.instead("/revision/main", 9, exchange -> sleep());
    refused(Reason.UNREACHABLE, "127.0.0.1 cannot be reached", "no answer in time", "4 times");
  }

  private static void sleep() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has ended
    }
  }

  @Test
  void aSignedAddressThatIsNoLongerValidIsAskedForAgain() {
    lab.hub.instead("/" + WEIGHTS + "?signature", 1, FakeHub.status(403));
    lab.pull();
    isWhole();
    assertThat(lab.requestsFor(WEIGHTS, false)).hasSize(2);
  }

  @Test
  void tooLittleSpaceIsToldBeforeAnythingLargeComes() {
    assertThatThrownBy(() -> lab.models(9_000).pull(lab.id, lab.listener))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("has only 9.0 kB left");
    assertThat(lab.requestsFor(WEIGHTS, true)).isEmpty();
  }

  @Test
  void whatHasComeCountsAsSpace() {
    runThatIsCut();
    long lessThanAll = 5000 + 3000 + 2000 - 300;
    Path weights = lab.models(lessThanAll).pull(lab.id, lab.listener).resolve(WEIGHTS);
    assertThat(weights).hasBinaryContent(CONTENT);
  }

  @Test
  void oneFailureEndsTheOthersAndKeepsWhatTheyHave() {
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 800);
          exchange.getResponseBody().flush();
          sleep();
        });
    lab.hub.instead("/vae/diffusion", 9, FakeHub.status(400));
    refused(Reason.UNREACHABLE, "answers 400");
    assertThat(lab.blob(WEIGHTS)).doesNotExist();
  }

  @Test
  void anAnswerInThePastIsWaitedForNoLonger() {
    lab.hub.instead(
        "/" + WEIGHTS + "?signature",
        1,
        FakeHub.status(503, "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));
    lab.hub.instead("/tree/", 2, FakeHub.status(429, "Retry-After", "0"));
    lab.hub.instead("/revision/", 1, FakeHub.status(408));
    lab.pull();
    isWhole();
  }

  @Test
  void aWishToBeLeftAloneForLongIsPassedOn() {
    lab.hub.instead("/revision/", 1, FakeHub.status(429, "Retry-After", "3600"));
    refused(Reason.UNREACHABLE, "retry in 3600 seconds");
    assertThat(lab.hub.requests()).hasSize(1);
  }

  @Test
  void aServerThatGoesOnFailingIsGivenUp() {
    lab.hub.instead("/revision/", 9, FakeHub.status(502, "X-Error-Message", "bad\tgateway"));
    refused(Reason.UNREACHABLE, "127.0.0.1 answers 502 (bad", "tried 4 times");
    assertThat(lab.hub.requests()).hasSize(4);
  }

  @Test
  void aHubThatIsNotThereIsTriedTwice() {
    lab.close();
    refused(Reason.UNREACHABLE, "127.0.0.1 cannot be reached", "tried 2 times", "HF_HUB_OFFLINE");
  }

  @Test
  void allFilesAreFetchedOnce() {
    lab.pull();
    assertThat(lab.hub.requests().stream().filter(FakeHub.Request::toStorage))
        .extracting(FakeHub.Request::uri)
        .doesNotHaveDuplicates()
        .hasSize(Arrays.asList("transformer", "vae", "tokenizer").size());
  }

  @Test
  void aRateLimitSaysWhenToTryAgain() {
    String limits = "\"resolvers\";r=4;t=7, \"api\";r=0;t=900";
    lab.hub.instead("/revision/", 1, FakeHub.status(429, "RateLimit", limits));
    assertThatThrownBy(lab::pull)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("retry in 900 seconds");
    lab.hub.instead("/revision/", 1, FakeHub.status(429, "RateLimit", "\"api\";r=0;t=0"));
    lab.hub.instead("/tree/", 1, FakeHub.status(503, "RateLimit", limits)); // not its cause
    assertThat(lab.pull()).isEqualTo(lab.snapshot());
  }
}
