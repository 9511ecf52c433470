package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache in the layout of Python, and a cache that Python wrote. */
class HubModelsTest {
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

  private Path open(String name) {
    HubId id = HubId.parse(name);
    return lab.models().cached(id).orElseGet(() -> lab.models().pull(id, lab.listener));
  }

  /** A cache like that of huggingface_hub: relative links into blobs, refs without a line break. */
  private void layOutAsPython() throws IOException {
    Path blobs = Files.createDirectories(lab.model().resolve("blobs"));
    for (String path :
        List.of(
            "model_index.json",
            "transformer/config.json",
            HubLab.WEIGHTS,
            "vae/config.json",
            "vae/diffusion_pytorch_model.safetensors",
            "tokenizer/tokenizer.json")) {
      Path blob = blobs.resolve(lab.hub.hash(path));
      String content =
          path.equals("model_index.json")
              ? "{\"_class_name\":\"SanaPipeline\",\"vae\":[\"diffusers\",\"AutoencoderDC\"]}"
              : "from Python";
      Files.writeString(blob, content);
      Path link = lab.snapshot().resolve(path);
      Path inside = Files.createDirectories(link.resolveSibling(""));
      Files.createSymbolicLink(link, inside.relativize(blob));
    }
    Path refs = Files.createDirectories(lab.model().resolve("refs"));
    Files.writeString(refs.resolve("main"), HubLab.COMMIT);
  }

  @Test
  void aModelIsKeptAsPythonKeepsIt() throws IOException {
    assertThat(lab.pull()).isEqualTo(lab.snapshot());
    assertThat(lab.model().resolve("refs/main")).content().isEqualTo(HubLab.COMMIT);
    Path weights = lab.snapshot().resolve(HubLab.WEIGHTS);
    assertThat(Files.readSymbolicLink(weights))
        .isEqualTo(Path.of("../../../blobs").resolve(lab.hub.hash(HubLab.WEIGHTS)));
    assertThat(Files.readSymbolicLink(lab.snapshot().resolve("model_index.json")))
        .isEqualTo(Path.of("../../blobs").resolve(lab.hub.hash("model_index.json")));
    assertThat(lab.cache.resolve("CACHEDIR.TAG")).content().startsWith("Signature: 8a477f597d28d1");
    assertThat(lab.cache.resolve(".locks").resolve(lab.id.folderName()))
        .isDirectoryContaining("glob:**/" + lab.hub.hash(HubLab.WEIGHTS) + ".lock");
  }

  @Test
  void whatPythonFetchedIsUsedWithoutTheHub() throws IOException {
    layOutAsPython();
    assertThat(open(HubLab.NAME)).isEqualTo(lab.snapshot());
    assertThat(open(HubLab.NAME + "@" + HubLab.COMMIT)).isEqualTo(lab.snapshot());
    assertThat(lab.hub.requests()).isEmpty();
  }

  @Test
  void whatPythonFetchedIsUsedOffline() throws IOException {
    lab.with("HF_HUB_OFFLINE", "1");
    layOutAsPython();
    assertThat(open(HubLab.NAME)).isEqualTo(lab.snapshot());
  }

  @Test
  void whatIsFetchedOnceIsNotAskedForAgain() {
    open(HubLab.NAME);
    int before = lab.hub.requests().size();
    assertThat(open(HubLab.NAME)).isEqualTo(lab.snapshot());
    assertThat(lab.hub.requests()).hasSize(before);
  }

  @Test
  void aModelWithoutOneOfItsFilesIsCompletedWithThatAlone() throws IOException {
    lab.pull();
    Path weights = lab.snapshot().resolve(HubLab.WEIGHTS);
    Files.delete(weights);
    Files.delete(lab.blob(HubLab.WEIGHTS));
    int before = lab.requestsFor("vae", true).size();
    assertThat(open(HubLab.NAME).resolve(HubLab.WEIGHTS)).hasSize(5000);
    assertThat(lab.requestsFor("vae", true)).hasSize(before);
  }

  @Test
  void aLinkToABlobThatWasDeletedIsMended() throws IOException {
    lab.pull();
    Files.delete(lab.blob(HubLab.WEIGHTS));
    assertThat(open(HubLab.NAME).resolve(HubLab.WEIGHTS)).hasSize(5000);
  }

  @Test
  void aBlobThatIsThereIsOnlyLinked() throws IOException {
    lab.pull();
    Files.delete(lab.snapshot().resolve(HubLab.WEIGHTS));
    int before = lab.hub.requests().size();
    lab.pull();
    assertThat(lab.snapshot().resolve(HubLab.WEIGHTS)).hasSize(5000).isSymbolicLink();
    assertThat(lab.hub.requests().subList(before, lab.hub.requests().size()))
        .noneMatch(FakeHub.Request::toStorage);
  }

  @Test
  void withoutLinksFilesAreInTheSnapshotItself() throws IOException {
    lab.with("HF_HUB_DISABLE_SYMLINKS", "1");
    lab.pull();
    assertThat(lab.snapshot().resolve(HubLab.WEIGHTS)).isRegularFile().hasSize(5000);
    assertThat(Files.isSymbolicLink(lab.snapshot().resolve(HubLab.WEIGHTS))).isFalse();
    assertThat(lab.blob(HubLab.WEIGHTS)).doesNotExist();
    int before = lab.hub.requests().size();
    open(HubLab.NAME);
    assertThat(lab.hub.requests()).hasSize(before);
  }

  @Test
  void withoutLinksABlobThatWasThereStays() throws IOException {
    lab.pull();
    Files.delete(lab.snapshot().resolve(HubLab.WEIGHTS));
    lab.with("HF_HUB_DISABLE_SYMLINKS", "1").pull();
    assertThat(lab.snapshot().resolve(HubLab.WEIGHTS)).isRegularFile().hasSize(5000);
    assertThat(lab.blob(HubLab.WEIGHTS)).hasSize(5000);
  }

  @Test
  void offlineNothingIsAskedAndTheWayOutIsTold() {
    lab.with("HF_HUB_OFFLINE", "1");
    assertThatThrownBy(() -> open(HubLab.NAME))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OFFLINE))
        .hasMessageContaining("HF_HUB_OFFLINE is set");
    assertThat(lab.hub.requests()).isEmpty();
  }

  @Test
  void theBranchOfADownloadThatWasCutStaysWhereItWas() throws IOException {
    lab.hub.instead("vae/diffusion", 9, FakeHub.status(400));
    assertThatThrownBy(lab::pull).isInstanceOf(HubException.class);
    assertThat(lab.model().resolve("refs/main")).doesNotExist();
    assertThat(lab.models().cached(lab.id)).isEmpty();
  }

  @Test
  void theLicenceIsToldTheFirstTimeAlone() {
    lab.pull();
    assertThat(lab.notes)
        .singleElement()
        .asString()
        .contains("licence of " + HubLab.NAME, "cc-by-nc-4.0");
    lab.notes.clear();
    lab.pull();
    assertThat(lab.notes).isEmpty();
  }

  @Test
  void theLicenceIsToldAgainAfterADownloadThatWasCut() {
    lab.hub.instead("vae/diffusion", 1, FakeHub.status(400));
    assertThatThrownBy(lab::pull).isInstanceOf(HubException.class);
    lab.notes.clear();
    lab.pull();
    assertThat(lab.notes).singleElement().asString().contains("licence of");
  }

  @Test
  void theLicenceIsTheOneOfTheHubAndBothIfCardAndFileDiffer() {
    lab.add("LICENSE", "  Apache License\n  Version 2.0, January 2004\n");
    lab.pull();
    assertThat(lab.notes)
        .singleElement()
        .asString()
        .contains("cc-by-nc-4.0 on its card, apache-2.0 in its licence file");
  }

  @Test
  void licencesAreRecognizedInCardsAndTexts() {
    assertThat(Licence.ofCard("---\nlicense: other\nlicense_name: 'nscl-v2-custom'\n---\n# A"))
        .isEqualTo("nscl-v2-custom");
    assertThat(Licence.ofCard("---\r\nlicense: apache-2.0\r\n---\r\n")).isEqualTo("apache-2.0");
    assertThat(Licence.ofCard("# A model\nlicense: mit")).isEmpty();
    assertThat(Licence.ofText("NVIDIA Open Model License Agreement\n"))
        .isEqualTo("nvidia-open-model-license");
    assertThat(Licence.ofText("\n# My own terms\nmore")).isEqualTo("# My own terms");
    assertThat(Licence.ofText("My terms. We permit licenses.\n" + "x".repeat(400) + "MIT License"))
        .isEqualTo("My terms. We permit licenses.");
    assertThat(new Licence("apache-2.0", "Apache 2.0").name()).isEqualTo("apache-2.0");
    assertThat(new Licence("", "").notice(lab.id)).contains("names no licence");
  }

  @Test
  void singleFilesAreFetchedByName() {
    lab.add("checkpoints/a.pth", "pickle");
    Path file = lab.models().pullFiles(lab.id, List.of("checkpoints/a.pth"), lab.listener).get(0);
    assertThat(file).isEqualTo(lab.snapshot().resolve("checkpoints/a.pth")).hasContent("pickle");
    assertThat(lab.requestsFor(HubLab.WEIGHTS, true)).isEmpty();
    lab.with("HF_HUB_OFFLINE", "1");
    assertThat(lab.models().pullFiles(lab.id, List.of("checkpoints/a.pth"), lab.listener))
        .containsExactly(file);
  }

  @Test
  void aFileThatIsNotThereIsRememberedAsPythonDoes() throws IOException {
    lab.pull();
    assertThatThrownBy(() -> lab.models().pullFiles(lab.id, List.of("no/x.pth"), lab.listener))
        .hasMessageContaining("has no file no/x.pth");
    assertThat(lab.model().resolve(".no_exist").resolve(HubLab.COMMIT).resolve("no/x.pth"))
        .isEmptyFile();
    lab.with("HF_HUB_OFFLINE", "1");
    assertThatThrownBy(() -> lab.models().pullFiles(lab.id, List.of("no/x.pth"), lab.listener))
        .hasMessageContaining("has no file no/x.pth");
    assertThatThrownBy(() -> lab.models().pullFiles(lab.id, List.of("../x"), lab.listener))
        .hasMessageContaining("HF_HUB_OFFLINE is set");
  }

  @Test
  void theListSaysWhatIsCompleteAndHowLargeItIs() throws IOException {
    lab.pull();
    HubModels models = lab.models();
    assertThat(models.cached())
        .singleElement()
        .satisfies(
            model -> {
              assertThat(model.repository()).isEqualTo(HubLab.NAME);
              assertThat(model.revisions()).containsExactly("main");
              assertThat(model.commit()).isEqualTo(HubLab.COMMIT);
              assertThat(model.bytes()).isBetween(10_000L, 11_000L);
              assertThat(model.state()).isEqualTo(CachedModel.State.COMPLETE);
            });
    Files.delete(lab.snapshot().resolve(HubLab.WEIGHTS));
    assertThat(models.cached())
        .extracting(CachedModel::state)
        .containsExactly(CachedModel.State.INCOMPLETE);
  }

  @Test
  void theListPassesOverWhatIsNotOurs() throws IOException {
    Path other = lab.cache.resolve("models--meta--llama/snapshots").resolve(HubLab.COMMIT);
    Files.createDirectories(other);
    Files.writeString(other.resolve("config.json"), "{}");
    Path odd = lab.cache.resolve("models--bad name/snapshots").resolve(HubLab.COMMIT);
    Files.createDirectories(odd);
    Files.createDirectories(lab.cache.resolve("datasets--a--b/snapshots"));
    assertThat(lab.models().cached()).isEmpty();
  }

  @Test
  void anEmptyCacheIsAnEmptyList() {
    assertThat(lab.models().cached()).isEmpty();
  }
}
