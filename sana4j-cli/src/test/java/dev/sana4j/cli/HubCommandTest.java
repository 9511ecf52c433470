package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a hub; each run is a separate process with its own environment. */
@Timeout(120)
class HubCommandTest {
  private static final String NAME = "some-org/tiny-sprint";
  private static final String COMMIT = "00112233445566778899aabbccddeeff00112233";

  @TempDir private Path folder;
  private FakeHub hub;
  private HubUser user;
  private Map<String, String> environment;

  @BeforeEach
  void start() throws IOException {
    hub = FakeHub.start(NAME, COMMIT);
    hub.addAll(Models.SPRINT);
    user = new HubUser(folder, hub);
    environment = user.environment();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Run sana(Object... arguments) throws Exception {
    return user.sana(arguments);
  }

  private ProcessBuilder process(Object... arguments) {
    return user.process(arguments);
  }

  private Path snapshot() {
    return folder.resolve("home/hub/models--some-org--tiny-sprint/snapshots").resolve(COMMIT);
  }

  @Test
  void pullPrintsTheFolderAndTellsOfLicenceAndProgress() throws Exception {
    Run run = sana("pull", NAME).succeeds();
    assertThat(run.out().strip()).isEqualTo(snapshot().toString());
    assertThat(run.err()).contains("licence of " + NAME);
    assertThat(run.err()).containsPattern("MB (\\d+)/\\1 ");
    assertThat(Run.sana("inspect", snapshot()).succeeds().out()).contains("SanaSprintPipeline");
  }

  @Test
  void pullOfAFilePrintsItsPath() throws Exception {
    hub.add("checkpoints/a.pth", new byte[4000]);
    Run run = sana("pull", NAME + "@" + COMMIT, "checkpoints/a.pth").succeeds();
    Path file = snapshot().resolve("checkpoints/a.pth");
    assertThat(run.out().strip()).isEqualTo(file.toString());
    assertThat(file).hasSize(4000);
    assertThat(sana("pull", NAME, "b.pth").err()).contains("has no file b.pth");
  }

  @Test
  void anImageOfANamedModelIsThatOfItsFolderAndCanBeMadeAgainOffline() throws Exception {
    Path named = folder.resolve("named.png");
    Path local = folder.resolve("local.png");
    sana(generate(NAME, named)).succeeds();
    Run.sana(generate(Models.SPRINT, local)).succeeds();
    assertThat(ImageFiles.read(named).rgb()).isEqualTo(ImageFiles.read(local).rgb());
    String shown = Run.sana("show", named).out();
    assertThat(shown).contains(NAME + "@" + COMMIT);
    environment.put("HF_HUB_OFFLINE", "1");
    Path again = folder.resolve("again.png");
    sana("generate", "--like", named, "-o", again).succeeds();
    assertThat(ImageFiles.read(again).rgb()).isEqualTo(ImageFiles.read(named).rgb());
    environment.put("HF_HOME", folder.resolve("elsewhere").toString());
    environment.remove("HF_HUB_OFFLINE");
    int before = hub.requests().size();
    sana("generate", "--like", named, "-o", folder.resolve("not.png"))
        .isRefused(NAME + "@" + COMMIT, "sana pull");
    assertThat(hub.requests()).hasSize(before);
  }

  private static Object[] generate(Object model, Path file) {
    Object[] arguments = Models.generate(Models.SPRINT, "a cat", "-o", file, "--seed", 3);
    arguments[2] = model;
    return arguments;
  }

  @Test
  void modelsListsWhatIsThereAndWhatThereIs() throws Exception {
    assertThat(sana("models").succeeds().out()).contains("  none");
    sana("pull", NAME).succeeds();
    String out = sana("models").succeeds().out();
    assertThat(out.lines().filter(line -> line.contains(NAME)))
        .singleElement()
        .asString()
        .contains("main " + COMMIT.substring(0, 12), " MB", "complete");
    assertThat(out)
        .containsPattern("Sana_Sprint_1.6B_1024px_diffusers +folder +1.6B +1024 +2 ")
        .containsPattern("Sana_1600M_4Kpx_BF16_diffusers +folder +1.6B +4096 +20 ")
        .containsPattern("Sana_Sprint_1.6B_1024px_teacher +checkpoint +1.6B +1024 +20 ");
  }

  @Test
  void aDownloadThatIsKilledGoesOn() throws Exception {
    String weights = "transformer/diffusion_pytorch_model.safetensors";
    int half = (int) Files.size(Models.SPRINT.resolve(weights)) / 2;
    FakeHub.Answer cut = hub.cut(weights, half);
    hub.instead(
        "/" + weights + "?signature",
        1,
        exchange -> {
          cut.give(exchange);
          waitForThat();
        });
    Process first = process("pull", NAME).start();
    try {
      Path part = part(weights);
      while (!Files.exists(part) || Files.size(part) < half) {
        assertThat(first.isAlive()).isTrue();
        Thread.sleep(20);
      }
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(sana("models").out()).contains("incomplete, resume with sana pull");
    sana("pull", NAME).succeeds();
    assertThat(snapshot().resolve(weights)).hasSameBinaryContentAs(Models.SPRINT.resolve(weights));
    assertThat(hub.requests()).anyMatch(request -> request.range().equals("bytes=" + half + "-"));
  }

  private Path part(String path) {
    return folder
        .resolve("home/hub/models--some-org--tiny-sprint/blobs")
        .resolve(hub.hash(path) + ".sana4j.incomplete");
  }

  private static void waitForThat() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has ended
    }
  }

  @Test
  void aTrainingNamesItsStartLikeAnyModel() throws Exception {
    Object[] options = {"--set", "data.path=pictures", "-o", folder.resolve("training")};
    sana(finetune("no-such/model", options))
        .isRefused("there is no folder no-such/model", "no model no-such/model at 127.0.0.1");
    Run found = sana(finetune(NAME, options));
    assertThat(found.status()).isEqualTo(2);
    assertThat(found.err()).contains(snapshot() + " is a Sprint student");
    assertThat(folder.resolve("training")).doesNotExist();
  }

  private static Object[] finetune(String start, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("finetune", "--set", "start=" + start));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray();
  }

  @Test
  void nothingIsFetchedForAConfigThatIsOnlyShownOrWrong() throws Exception {
    Path config = Files.writeString(folder.resolve("finetune.yaml"), "data: {path: pictures}");
    Run shown = sana(finetune(NAME, "--config", config, "--print-config")).succeeds();
    assertThat(shown.out()).contains("start: \"" + NAME + "\"");
    sana(finetune(NAME, "-o", folder.resolve("training"))).isRefused("data.path");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void whatIsMistypedIsRefusedInOneLine() throws Exception {
    sana("pull", "tiny").isRefused("ORG/NAME");
    sana("pull", NAME, "a.pth", "--variant", "fp16").isRefused("not both");
    environment.put("HF_ENDPOINT", "huggingface.co");
    sana("pull", NAME).isRefused("HF_ENDPOINT");
  }

  @Test
  void withoutAProgressBarOnlyTheLicenceIsTold() throws Exception {
    environment.put("HF_HUB_DISABLE_PROGRESS_BARS", "1");
    assertThat(sana("pull", NAME).succeeds().err()).hasLineCount(1).contains("licence");
  }
}
