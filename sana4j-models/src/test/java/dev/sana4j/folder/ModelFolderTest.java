package dev.sana4j.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {
  private static final Path MODEL =
      Path.of(
              System.getProperty(
                  "sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
          .resolve("pipelines/tiny-sana");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SINGLE = "transformer/diffusion_pytorch_model.safetensors";
  private static final String INDEX = SINGLE + ".index.json";

  @TempDir private Path folder;

  @BeforeEach
  void copyAModel() throws IOException {
    try (Stream<Path> files = Files.walk(MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(MODEL.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static void edit(Path json, Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(json.toFile());
    change.accept(root);
    JSON.writeValue(json.toFile(), root);
  }

  private void index(String key, JsonNode value) throws IOException {
    edit(folder.resolve("model_index.json"), index -> index.set(key, value));
  }

  /** Counted manually: length of the header, header, tensors. */
  private static long[] parametersAndBytes(Path safetensors) throws IOException {
    byte[] content = Files.readAllBytes(safetensors);
    int length = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode header = JSON.readTree(new String(content, 8, length, StandardCharsets.UTF_8));
    long parameters = 0;
    for (JsonNode entry : header) {
      if (entry.has("shape")) {
        long count = 1;
        for (JsonNode side : entry.get("shape")) {
          count *= side.longValue();
        }
        parameters += count;
      }
    }
    return new long[] {parameters, content.length - 8L - length};
  }

  private PartContents contents(Part part) {
    return ModelFolder.open(folder).contents().stream()
        .filter(contents -> contents.part() == part)
        .toList()
        .get(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"TEXT_ENCODER", "TRANSFORMER", "VAE"})
  void contentsAreThoseOfTheHeaders(Part part) throws IOException {
    String name = part == Part.TEXT_ENCODER ? "model" : "diffusion_pytorch_model";
    Path file = folder.resolve(part.folder()).resolve(name + ".safetensors");
    long[] expected = parametersAndBytes(file);
    PartContents contents = contents(part);
    assertThat(contents.parameters()).isEqualTo(expected[0]);
    assertThat(contents.bytes()).isEqualTo(expected[1]);
    assertThat(contents.bytesByDtype().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(expected[1]);
    assertThat(contents.files()).isEqualTo(1);
  }

  @Test
  void partsWithoutWeightsHoldNothing() {
    PartContents scheduler = contents(Part.SCHEDULER);
    assertThat(scheduler.className()).isEqualTo("DPMSolverMultistepScheduler");
    assertThat(scheduler.parameters()).isZero();
    assertThat(scheduler.files()).isZero();
  }

  @Test
  void theStoredDtypeIsThatOfMostBytesAndAVariantIsSeenBesideIt() throws IOException {
    assertThat(ModelFolder.open(folder).storedDtype()).isEqualTo(DType.FLOAT32);
    assertThat(ModelFolder.open(folder).hasBfloat16Variant()).isFalse();
    Path single = folder.resolve(SINGLE);
    Path variant = single.resolveSibling("diffusion_pytorch_model.bf16.safetensors");
    Files.copy(single, variant); // float32 in spite of its name
    assertThat(ModelFolder.open(folder).hasBfloat16Variant()).isFalse();
    writeAs(DType.BFLOAT16, single, variant);
    assertThat(ModelFolder.open(folder).storedDtype()).isEqualTo(DType.FLOAT32);
    assertThat(ModelFolder.open(folder).hasBfloat16Variant()).isTrue();
  }

  private static void writeAs(DType dtype, Path from, Path to) {
    try (Checkpoint checkpoint = Checkpoint.open(from)) {
      TensorScope.run(
          () -> {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            checkpoint
                .names()
                .forEach(name -> tensors.put(name, checkpoint.tensor(name).to(dtype)));
            SafetensorsWriter.write(to, tensors, Map.of());
          });
    }
  }

  @Test
  void theFolderOfAPartIsRecognizedByItsClass() {
    assertThat(NetworkFolder.contents(folder.resolve("vae"), DType.FLOAT32))
        .hasValueSatisfying(part -> assertThat(part.part()).isEqualTo(Part.VAE));
    assertThat(NetworkFolder.contents(folder.resolve("text_encoder"), DType.FLOAT32))
        .hasValueSatisfying(part -> assertThat(part.part()).isEqualTo(Part.TEXT_ENCODER));
    assertThat(NetworkFolder.contents(folder.resolve("scheduler"), DType.FLOAT32)).isEmpty();
    assertThat(NetworkFolder.contents(folder, DType.FLOAT32)).isEmpty();
  }

  @Test
  void aPartThatIsLeftOutIsNotNamed() throws IOException {
    edit(
        folder.resolve("model_index.json"),
        index -> index.putArray("controlnet").addNull().addNull());
    assertThat(ModelFolder.open(folder).contents())
        .extracting(PartContents::part)
        .doesNotContain(Part.CONTROLNET)
        .contains(Part.TRANSFORMER);
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> ModelFolder.open(missing))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("no folder " + missing, "expected a model folder");
  }

  @Test
  void aFileIsNoModelFolder() {
    Path file = folder.resolve("model_index.json");
    assertThatThrownBy(() -> ModelFolder.open(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("not a model folder");
  }

  @Test
  void aFolderWithoutAnIndexIsRefused() throws IOException {
    Files.delete(folder.resolve("model_index.json"));
    assertThatThrownBy(() -> ModelFolder.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(folder.toString(), "model_index.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "{\"a\":1,\"a\":2}", "\u0000"})
  void anIndexThatIsNoJsonObjectIsRefused(String text) throws IOException {
    Files.writeString(folder.resolve("model_index.json"), text);
    assertThatThrownBy(() -> ModelFolder.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model_index.json");
  }

  @Test
  void aDeepIndexIsRefused() throws IOException {
    Files.writeString(folder.resolve("model_index.json"), "{\"a\":" + "[".repeat(100_000));
    assertThatThrownBy(() -> ModelFolder.open(folder)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void aPartOfAnotherClassIsRefusedWithTheRightOne() throws IOException {
    index("vae", JSON.readTree("[\"diffusers\", \"AutoencoderKL\"]"));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(() -> model.path(Part.VAE))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("vae", "AutoencoderKL", "AutoencoderDC");
  }

  @Test
  void aPartTheIndexDoesNotNameIsRefused() throws IOException {
    edit(folder.resolve("model_index.json"), index -> index.remove("vae"));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(() -> model.path(Part.VAE))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("does not contain vae");
    assertThat(model.contents()).extracting(PartContents::part).doesNotContain(Part.VAE);
  }

  @Test
  void aPartWithoutItsFolderIsRefused() throws IOException {
    Files.move(folder.resolve("vae"), folder.resolve("hidden"));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(() -> model.path(Part.VAE))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("vae", "is the download complete?");
    assertThatThrownBy(model::contents).isInstanceOf(ModelException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"AutoencoderDC\"", "[1, 2]", "{}"})
  void aPartNamedInAnotherTypeIsRefused(String value) throws IOException {
    index("vae", JSON.readTree(value));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(() -> model.path(Part.VAE)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void shardsAreCountedTogether() throws IOException {
    PartContents whole = contents(Part.TRANSFORMER);
    shard("a.safetensors");
    assertThat(contents(Part.TRANSFORMER)).isEqualTo(whole);
  }

  @Test
  void aMissingShardIsRefusedByName() throws IOException {
    shard("b.safetensors");
    Files.delete(folder.resolve("transformer/b.safetensors"));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(model::contents)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("b.safetensors");
  }

  private void shard(String name) throws IOException {
    Files.move(folder.resolve(SINGLE), folder.resolve("transformer").resolve(name));
    ObjectNode root = JSON.createObjectNode();
    root.putObject("weight_map").put("x", name);
    JSON.writeValue(folder.resolve(INDEX).toFile(), root);
  }

  @Test
  void missingWeightsAreRefusedWithWhatIsLookedFor() throws IOException {
    Files.delete(folder.resolve(SINGLE));
    ModelFolder model = ModelFolder.open(folder);
    assertThatThrownBy(() -> model.storedDtype())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "diffusion_pytorch_model.safetensors", "is the download complete?");
  }
}
