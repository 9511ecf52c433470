package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts in which models are published give the image of the plain layout. */
class PublishedLayoutTest {
  private static final String INDEX = "diffusion_pytorch_model.safetensors.index.json";
  private static final String FILE = "diffusion_pytorch_model.safetensors";

  @TempDir private Path temporary;
  private Path model;

  @BeforeEach
  void copyAModel() throws IOException {
    model = TinyModel.SPRINT.copyTo(temporary.resolve("sana.bf16.download"));
  }

  private static byte[] image(Path folder) {
    try (SanaPipeline pipeline = SanaPipeline.builder(folder).open()) {
      return pipeline
          .generate(TinyModel.SPRINT.quick("a cat").seed(7).build())
          .get(0)
          .pixels()
          .rgb();
    }
  }

  private void assertSameImage() {
    assertThat(image(model)).isEqualTo(image(TinyModel.SPRINT.folder()));
  }

  private void rename(String part, String from, String to) throws IOException {
    Path file = model.resolve(part).resolve(from);
    Files.move(file, file.resolveSibling(to));
  }

  private void index(String part, String shard) throws IOException {
    Files.writeString(
        model.resolve(part).resolve(INDEX), "{\"weight_map\":{\"a\":\"%s\"}}".formatted(shard));
  }

  @Test
  void aVariantBesideAnIndexWithoutItsShardsIsTaken() throws IOException {
    rename("transformer", FILE, "diffusion_pytorch_model.bf16.safetensors");
    index("transformer", "diffusion_pytorch_model-00001-of-00002.safetensors");
    assertSameImage();
  }

  @Test
  void aVariantThatOnePartLacksIsReplacedByAnother() throws IOException {
    rename("transformer", FILE, "diffusion_pytorch_model.fp16.safetensors");
    rename("vae", FILE, "diffusion_pytorch_model.bf16.safetensors");
    assertSameImage();
  }

  @Test
  void anUnknownVariantIsRefusedWithItsName() throws IOException {
    rename("transformer", FILE, "diffusion_pytorch_model.int4.safetensors");
    assertThatThrownBy(() -> image(model))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("diffusion_pytorch_model.int4.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GemmaTokenizer", "GemmaTokenizerFast", "PreTrainedTokenizerFast"})
  void theClassOfTheTokenizerDoesNotMatter(String name) throws IOException {
    TinyModel.edit(
        model.resolve("model_index.json"),
        index -> ((ArrayNode) index.get("tokenizer")).set(1, index.textNode(name)));
    assertSameImage();
  }

  @Test
  void aTextEncoderMayBeThatOfACausalLanguageModel() throws IOException {
    TinyModel.edit(
        model.resolve("model_index.json"),
        index ->
            ((ArrayNode) index.get("text_encoder")).set(1, index.textNode("Gemma2ForCausalLM")));
    Path file = model.resolve("text_encoder/model.safetensors");
    Path prefixed = temporary.resolve("prefixed.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      TensorScope.run(
          () -> {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            checkpoint
                .names()
                .forEach(name -> tensors.put("model." + name, checkpoint.tensor(name)));
            SafetensorsWriter.write(prefixed, tensors, Map.of("format", "pt"));
          });
    }
    Files.delete(file);
    Files.move(prefixed, file);
    assertSameImage();
  }

  @Test
  void newerConfigsOfTheTextEncoderAreRead() throws IOException {
    TinyModel.edit(
        model.resolve("text_encoder/config.json"),
        config -> {
          config.remove("torch_dtype");
          config.put("dtype", "bfloat16");
          double theta = config.path("rope_theta").asDouble(10_000);
          config.remove("rope_theta");
          if (!config.has("rope_parameters")) {
            config
                .putObject("rope_parameters")
                .put("rope_theta", theta)
                .put("rope_type", "default");
          }
          config.putArray("eos_token_id").add(1).add(107);
          config.put("cache_implementation", "hybrid").put("hidden_act", "gelu_pytorch_tanh");
        });
    assertSameImage();
  }
}
