package dev.sana4j.synth;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.files.FileException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.text.ComplexHumanInstruction;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSynthesisTest {
  private static final ModelSynthesis.Listener NOBODY = (part, done, total) -> {};

  @TempDir private Path root;

  private Path write(String name, ModelSynthesis synthesis) {
    Path folder = root.resolve(name);
    synthesis.write(folder, NOBODY);
    return folder;
  }

  private static ModelSynthesis sprint(DType dtype, long seed) {
    return new ModelSynthesis(ToyModels.SPRINT, dtype, seed);
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  private static PartContents part(Path folder, Part part) {
    return ModelFolder.open(folder).contents().stream()
        .filter(each -> each.part() == part)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFolderSaysOfItselfWhatWasAskedFor() {
    for (SyntheticModel model : List.of(ToyModels.FLOW, ToyModels.TEACHER, ToyModels.SPRINT)) {
      Path folder = write("model" + model.hashCode(), new ModelSynthesis(model, DType.FLOAT16, 1));
      ModelConfig config = ModelConfig.read(ModelFolder.open(folder));
      assertThat(config.textEncoder()).isEqualTo(model.textEncoder());
      assertThat(config.transformer()).isEqualTo(model.transformer());
      assertThat(config.autoencoder()).isEqualTo(model.autoencoder());
      assertThat(config.isSprint()).isEqualTo(model.equals(ToyModels.SPRINT));
      assertThat(config.instruction()).isTrue();
      assertThat(config.folder().storedDtype()).isEqualTo(DType.FLOAT16);
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOtherWeights() throws IOException {
    Map<String, String> first = contents(write("first", sprint(DType.BFLOAT16, 7)));
    Map<String, String> other = contents(write("other", sprint(DType.BFLOAT16, 8)));
    assertThat(contents(write("same", sprint(DType.BFLOAT16, 7)))).isEqualTo(first);
    assertThat(other.keySet()).isEqualTo(first.keySet());
    first.forEach(
        (file, bytes) ->
            assertThat(bytes.equals(other.get(file)))
                .as(file)
                .isEqualTo(!file.endsWith(".safetensors")));
  }

  @Test
  void weightFilesAreNoLargerThanAskedForAndHoldWhatOneWouldHold() {
    long most = 20_000;
    Path whole = write("whole", sprint(DType.FLOAT32, 3));
    Path sharded = write("sharded", new ModelSynthesis(ToyModels.SPRINT, DType.FLOAT32, 3, most));
    for (Part part : List.of(Part.TEXT_ENCODER, Part.TRANSFORMER, Part.VAE)) {
      PartContents shards = part(sharded, part);
      assertThat(part(whole, part).files()).isEqualTo(1);
      assertThat(shards.files()).as("%s", part).isGreaterThan(3);
      assertThat(shards.bytes()).isEqualTo(part(whole, part).bytes());
      assertThat((double) shards.bytes() / shards.files()).isBetween(most / 4.0, 4.0 * most);
    }
    assertThat(sharded.resolve("text_encoder/model.safetensors.index.json")).exists();
    assertThat(sharded.resolve("vae/diffusion_pytorch_model.safetensors")).doesNotExist();
  }

  @Test
  void theNumbersDependOnTheSeedAloneNotOnDtypeOrFiles() {
    Path exact = write("exact", sprint(DType.FLOAT32, 3)).resolve("transformer");
    Path rounded =
        write("rounded", new ModelSynthesis(ToyModels.SPRINT, DType.BFLOAT16, 3, 5_000))
            .resolve("transformer");
    String name = "diffusion_pytorch_model.safetensors";
    TensorScope.compute(
        () -> {
          try (Checkpoint first = Checkpoint.open(exact.resolve(name));
              Checkpoint second = Checkpoint.open(rounded.resolve(name + ".index.json"))) {
            assertThat(second.names()).hasSizeGreaterThan(100).isEqualTo(first.names());
            for (String each : first.names()) {
              Tensor expected = first.tensor(each).to(DType.BFLOAT16);
              assertThat(second.tensor(each)).as(each).isCloseTo(expected, 0);
            }
          }
          return null;
        });
  }

  @Test
  void theTokenizerIsGemmasInKindAndMakesSequencesAsLong() {
    Path folder = write("model", sprint(DType.FLOAT32, 1));
    int publicTokens = 208; // of the stock instruction, with a vocabulary of 256,000 tokens
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer/tokenizer.json"))) {
      int[] instruction = tokenizer.encode(ComplexHumanInstruction.text());
      assertThat(instruction.length).isBetween(publicTokens * 3 / 4, publicTokens * 4 / 3);
      assertThat(tokenizer.padId()).isZero();
      assertThat(tokenizer.encode("<eos><unk>")).containsExactly(2, 1, 3);
      assertThat(Arrays.stream(tokenizer.encode("猫 🐱")).max().orElseThrow())
          .isLessThan(ToyModels.SPRINT.textEncoder().vocabulary());
    }
  }

  @Test
  void progressCountsAllBytesToTheEnd() {
    List<Long> told = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    long bytes = 0;
    sprint(DType.BFLOAT16, 1)
        .write(
            root.resolve("model"),
            (part, done, total) -> {
              assertThat(done).isLessThanOrEqualTo(total);
              told.add(done);
              parts.add(part);
              if (told.size() > 1) {
                assertThat(done).isGreaterThan(told.get(told.size() - 2));
              }
            });
    for (PartContents part : ModelFolder.open(root.resolve("model")).contents()) {
      bytes += part.bytes();
    }
    assertThat(told.get(told.size() - 1)).isEqualTo(bytes);
    assertThat(parts).contains(Part.TEXT_ENCODER, Part.TRANSFORMER).endsWith(Part.VAE);
  }

  private void refuses(SyntheticModel model, String... because) {
    Path folder = root.resolve("above/model");
    var synthesis = new ModelSynthesis(model, DType.BFLOAT16, 1);
    assertThatThrownBy(() -> synthesis.write(folder, NOBODY))
        .isInstanceOf(FileException.class)
        .message()
        .contains(because)
        .hasLineCount(1);
    assertThat(root.resolve("above").toFile().list()).isNullOrEmpty();
  }

  @Test
  void aModelTheDiskHasNoRoomForIsRefusedBeforeAnythingIsWritten() {
    refuses(
        ToyModels.model(
            Integer.MAX_VALUE, 1 << 20, ToyModels.transformer(), ToyModels.autoencoder()),
        "GB of disk",
        root.toString(),
        "GB free");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void partsThatDoNotFitEachOtherAreRefusedBeforeWeightsAreWritten() {
    refuses(
        ToyModels.model(1024, 32, ToyModels.transformer(), ToyModels.autoencoder()),
        "expects embeddings of width 16, but the text encoder returns 32");
  }

  @Test
  void aFolderThatExistsIsRefusedAndKept() throws IOException {
    Path mine = Files.createDirectory(root.resolve("mine"));
    assertThatThrownBy(() -> sprint(DType.FLOAT32, 1).write(mine, NOBODY))
        .isInstanceOf(FileException.class)
        .hasMessage(mine + " exists; name another folder");
    assertThat(mine).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedInOneLine() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "mine");
    assertThatThrownBy(() -> sprint(DType.FLOAT32, 1).write(file.resolve("model"), NOBODY))
        .isInstanceOf(FileException.class)
        .message()
        .contains("model cannot be written")
        .hasLineCount(1);
    assertThat(file).hasContent("mine");
  }

  @Test
  void aFailureLeavesNothing() {
    assertThatThrownBy(
            () ->
                sprint(DType.FLOAT32, 1)
                    .write(
                        root.resolve("model"),
                        (part, done, total) -> {
                          throw new IllegalStateException("stop");
                        }))
        .hasMessage("stop");
    assertThat(root).isEmptyDirectory();
  }
}
