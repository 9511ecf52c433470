package dev.sana4j.convert;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.files.FileException;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.synth.ModelSynthesis;
import dev.sana4j.synth.ToyModels;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Int8Product;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class QuantizationTest {
  private static final String WEIGHT = "transformer_blocks.0.attn1.to_q.weight";
  private static final ConversionListener NOBODY = (what, done, total) -> {};

  @TempDir private Path root;
  private Path model;
  private Path quantized;

  @BeforeEach
  void write() {
    model = root.resolve("model");
    quantized = root.resolve("quantized");
    new ModelSynthesis(ToyModels.SPRINT, DType.BFLOAT16, 1).write(model, (part, done, total) -> {});
    new Quantization(ModelFolder.open(model)).write(quantized, NOBODY);
  }

  private Path transformerFile() {
    return quantized.resolve("transformer/diffusion_pytorch_model.safetensors");
  }

  private static byte[] image(Path folder, DType dtype) {
    try (SanaPipeline pipeline = SanaPipeline.builder(folder).dtype(dtype).open()) {
      return pipeline.generate(pipeline.request("a cat").seed(3).build()).get(0).pixels().rgb();
    }
  }

  @Test
  void itsImagesAreThoseOfTheModelRoundedAtItsStart() {
    assumeTrue(Int8Product.isFast());
    assertThat(image(quantized, DType.INT8)).isEqualTo(image(model, DType.INT8));
  }

  @Test
  void aWeightStandsForItsNumbersWithinHalfAStep() {
    try (Checkpoint before =
            Checkpoint.open(model.resolve("transformer/diffusion_pytorch_model.safetensors"));
        Checkpoint after = Checkpoint.open(transformerFile())) {
      TensorScope.compute(
          () -> {
            Tensor values = after.tensor(WEIGHT);
            Tensor scale = after.tensor(WEIGHT + "_scale");
            assertThat(values.dtype()).isEqualTo(DType.INT8);
            Tensor numbers = values.to(DType.FLOAT32).mul(scale.unsqueeze(1));
            Tensor error = numbers.sub(before.tensor(WEIGHT).to(DType.FLOAT32)).abs();
            Tensor steps = error.div(scale.unsqueeze(1));
            assertThat(steps.add(-0.5).clamp(0, 1))
                .isCloseTo(new float[(int) steps.elements()], 1e-3);
            return null;
          });
    }
  }

  @Test
  void everyPrecisionReadsIt() {
    try (SanaTransformer kept =
            SanaTransformer.open(
                quantized.resolve("transformer"), DType.FLOAT32, Device.CPU, Storage.AS_STORED);
        SanaTransformer converted =
            SanaTransformer.open(quantized.resolve("transformer"), DType.FLOAT32, Device.CPU)) {
      assertThat(kept.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(converted.parameters()).allMatch(p -> p.value().dtype() == DType.FLOAT32);
    }
    assertThat(image(quantized, DType.FLOAT32)).isNotEmpty();
    assertThat(image(quantized, DType.BFLOAT16)).isNotEmpty();
  }

  @Test
  void theFolderSaysWhatItIs() throws IOException {
    ModelFolder folder = ModelFolder.open(quantized);
    assertThat(folder.storedDtype()).isEqualTo(DType.INT8);
    assertThat(Files.readString(quantized.resolve("transformer/config.json")))
        .contains("\"quantization\"", "\"bits\" : 8");
    assertThat(ModelConfig.read(folder).transformer())
        .isEqualTo(ModelConfig.read(ModelFolder.open(model)).transformer());
  }

  @Test
  void aQuantizedModelAndAnExistingFolderAreRefused() {
    assertThatThrownBy(() -> new Quantization(ModelFolder.open(quantized)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("already quantized");
    Quantization again = new Quantization(ModelFolder.open(model));
    assertThatThrownBy(() -> again.write(quantized, NOBODY))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("exists");
  }

  @Test
  void scalesThatAreMissingOrNotFiniteAreRefused() {
    assertRefused(tensors -> tensors.remove(WEIGHT + "_scale"), "has dtype int8");
    assertRefused(tensors -> tensors.remove(WEIGHT), "missing " + WEIGHT);
    assertRefused(
        tensors ->
            tensors.replaceAll(
                (name, tensor) -> name.equals(WEIGHT + "_scale") ? tensor.mul(Double.NaN) : tensor),
        "not finite");
    assertRefused(
        tensors -> tensors.put(WEIGHT + "_scale", Tensors.full(1, DType.FLOAT32, Device.CPU, 3)),
        "expected [");
  }

  private void assertRefused(java.util.function.Consumer<Map<String, Tensor>> change, String text) {
    Path damaged = root.resolve("damaged");
    TensorScope.compute(
        () -> {
          try (Checkpoint whole = Checkpoint.open(transformerFile())) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            whole.names().forEach(name -> tensors.put(name, whole.tensor(name)));
            change.accept(tensors);
            Files.createDirectories(damaged);
            Files.copy(
                quantized.resolve("transformer/config.json"),
                damaged.resolve("config.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            SafetensorsWriter.write(
                damaged.resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of());
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          return null;
        });
    assertThatThrownBy(() -> SanaTransformer.open(damaged, DType.FLOAT32, Device.CPU))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(text);
  }
}
