package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names of folders and of models on a hub; the module that converts checkpoints is missing here.
 */
class ModelLocatorTest {
  private static final String NAME = "some-org/tiny";
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path folder;
  private FakeHub hub;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  private final HubListener listener =
      new HubListener() {
        @Override
        public void note(String text) {
          notes.add(text);
        }

        @Override
        public void progress(long done, long total, String file) {}
      };

  @BeforeEach
  void start() throws IOException {
    hub = FakeHub.start(NAME, COMMIT);
    hub.addAll(TinyModel.SPRINT.folder());
    environment.put("HF_HUB_CACHE", folder.resolve("hub").toString());
    environment.put("HF_ENDPOINT", hub.endpoint());
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelLocator.Located locate(String name) {
    return locator().locate(name, null, listener);
  }

  private ModelLocator locator() {
    return new ModelLocator(HubSettings.of(environment), folder.resolve("converted"));
  }

  private Path repository() {
    return folder.resolve("hub/models--some-org--tiny");
  }

  @Test
  void aModelOnTheHubHasAnExactName() {
    assertThat(locate(NAME).name()).isEqualTo(NAME + "@" + COMMIT);
    int before = hub.requests().size();
    assertThat(locate("hf://" + NAME).open().pipelineClass()).isEqualTo("SanaSprintPipeline");
    assertThat(hub.requests()).hasSize(before);
  }

  @Test
  void aFolderComesBeforeAModelOfThatName() throws IOException {
    Path local = Files.createDirectories(folder.resolve("org/name"));
    assertThat(locate(local.toString()).folder()).isEqualTo(local);
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void whatIsNeitherFolderNorNameIsRefusedInOneLine() {
    assertThatThrownBy(() -> locate("no/such/folder"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("there is no folder no/such/folder")
        .hasMessageContaining("ORG/NAME");
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void aNameThatMayBeAMistypedFolderSaysBoth() {
    assertThatThrownBy(() -> locate("mine/modle"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
        .hasMessageContaining("there is no folder mine/modle, and there is no model mine/modle at");
  }

  @Test
  void theOnlyCommitIsUsedIfItsBranchIsUnknownAndTheHubCannotBeReached() throws IOException {
    Path cached = locate(NAME).folder();
    Files.delete(repository().resolve("refs/main"));
    notes.clear();
    environment.put("HF_HUB_OFFLINE", "1");
    assertThat(locate(NAME).folder()).isEqualTo(cached);
    assertThat(notes).singleElement().asString().contains("its only commit", COMMIT);
    Files.createDirectories(cached.resolveSibling("f".repeat(40)));
    assertThatThrownBy(() -> locate(NAME))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_HUB_OFFLINE is set");
  }

  @Test
  void ofAPartOnlyItsFilesAreDownloaded() {
    Path vae = locator().part(NAME, Part.VAE, listener);
    assertThat(vae.getFileName()).hasToString("vae");
    assertThat(hub.requests())
        .noneMatch(request -> request.uri().contains("transformer/diffusion_pytorch_model"));
    assertThatThrownBy(() -> locator().part(vae.toString(), Part.TEXT_ENCODER, listener))
        .hasMessageContaining("does not contain a text_encoder; it is a vae");
  }

  @Test
  void aCheckpointNeedsTheModuleThatConvertsIt() throws IOException {
    Path file = Files.write(folder.resolve("teacher.pth"), new byte[100]);
    assertThatThrownBy(() -> locate(file.toString()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("sana4j-convert");
  }
}
