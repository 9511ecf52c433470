package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.model.ControlNetConfig;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelControlTest {
  private static final Path MODEL = TinyModel.SANA.folder().resolveSibling("tiny-controlnet");

  @TempDir private Path folder;

  private static SanaPipeline open(Path model) {
    return SanaPipeline.builder(model).dtype(DType.FLOAT32).open();
  }

  private static GenerationRequest.Builder quick() {
    ModelConfig config = ModelConfig.read(ModelFolder.open(MODEL));
    return TinyModel.SANA.quick("a cat").size(TinyModel.size(config, 4, 4)).seed(3).steps(4);
  }

  private static RgbImage sketch() {
    byte[] rgb = new byte[40 * 30 * 3];
    new Random(1).nextBytes(rgb);
    return RgbImage.of(40, 30, rgb);
  }

  private static Task control(double scale, double from, double to) {
    return new Task.Control(InputImage.of(sketch()), scale, from, to, "");
  }

  private static byte[] image(SanaPipeline pipeline, GenerationRequest.Builder request) {
    return pipeline.generate(request.build()).get(0).pixels().rgb();
  }

  @Test
  void aConditionChangesTheImageByItsScale() {
    try (SanaPipeline pipeline = open(MODEL)) {
      byte[] plain = image(pipeline, quick());
      byte[] whole = image(pipeline, quick().task(Task.control(sketch(), 1)));
      assertThat(whole).isNotEqualTo(plain);
      assertThat(image(pipeline, quick().task(Task.control(sketch(), 0.5))))
          .isNotEqualTo(whole)
          .isNotEqualTo(plain);
      assertThat(image(pipeline, quick().task(Task.control(sketch(), 0)))).isEqualTo(plain);
    }
  }

  @Test
  void anotherConditionMakesAnotherImage() {
    try (SanaPipeline pipeline = open(MODEL)) {
      RgbImage black = RgbImage.of(8, 8, new byte[8 * 8 * 3]);
      assertThat(image(pipeline, quick().task(Task.control(black, 1))))
          .isNotEqualTo(image(pipeline, quick().task(Task.control(sketch(), 1))));
    }
  }

  @Test
  void aConditionCountsWithoutGuidanceToo() {
    try (SanaPipeline pipeline = open(MODEL)) {
      assertThat(image(pipeline, quick().guidance(1).task(Task.control(sketch(), 1))))
          .isNotEqualTo(image(pipeline, quick().guidance(1)));
    }
  }

  @Test
  void itCountsInTheStepsOfItsRangeAlone() {
    try (SanaPipeline pipeline = open(MODEL)) {
      byte[] plain = image(pipeline, quick());
      byte[] whole = image(pipeline, quick().task(control(1, 0, 1)));
      assertThat(image(pipeline, quick().task(control(1, 0.3, 0.6)))).isEqualTo(plain);
      byte[] first = image(pipeline, quick().task(control(1, 0, 0.5)));
      byte[] second = image(pipeline, quick().task(control(1, 0.5, 1)));
      assertThat(first).isNotEqualTo(plain).isNotEqualTo(whole).isNotEqualTo(second);
      assertThat(second).isNotEqualTo(plain).isNotEqualTo(whole);
    }
  }

  @Test
  void severalImagesHaveOneCondition() {
    try (SanaPipeline pipeline = open(MODEL)) {
      GenerationRequest request =
          quick().imagesPerPrompt(2).task(Task.control(sketch(), 1)).build();
      byte[] second = pipeline.generate(request).get(1).pixels().rgb();
      assertThat(second).isEqualTo(image(pipeline, request.single(1).toBuilder()));
      assertThat(
              pipeline.generate(request.toBuilder().noise(GenerationRequest.Noise.SHARED).build()))
          .hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aSeparateControlNetSteersAModelOfItsSizes(TinyModel model) throws IOException {
    Path separate = Files.createDirectory(folder.resolve("controlnet"));
    ToyControlNet.write(separate, model);
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model.quick("a cat").seed(3));
      byte[] steered = image(pipeline, request(model, folder));
      assertThat(steered).isNotEqualTo(plain);
      assertThat(image(pipeline, request(model, separate))).isEqualTo(steered);
      assertThat(image(pipeline, model.quick("a cat").seed(3))).isEqualTo(plain);
    }
  }

  private static GenerationRequest.Builder request(TinyModel model, Path network) {
    Task task = new Task.Control(InputImage.of(sketch()), 1, 0, 1, network.toString());
    return model.quick("a cat").seed(3).task(task);
  }

  @Test
  void aModelWithoutAControlNetRefusesACondition() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      GenerationRequest request =
          TinyModel.SANA.quick("a cat").task(Task.control(sketch(), 1)).build();
      assertThatThrownBy(() -> pipeline.generate(request))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("has no ControlNet; give the folder of one");
    }
  }

  @Test
  void aFolderWithoutAControlNetIsRefused() {
    assertThatThrownBy(() -> ControlNetConfig.read(folder, TinyModel.SANA.config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder + " contains no ControlNet");
  }

  @ParameterizedTest
  @CsvSource({
    "num_attention_heads, width",
    "in_channels, in_channels",
    "patch_size, patch_size",
    "caption_channels, caption_channels"
  })
  void aControlNetOfOtherSizesIsRefusedByName(String key, String named) throws IOException {
    ToyControlNet.write(folder, TinyModel.SANA);
    TinyModel.edit(
        folder.resolve("config.json"),
        sizes -> {
          sizes.put(key, sizes.get(key).intValue() + 1);
          int heads = sizes.get("num_attention_heads").intValue();
          sizes.put("cross_attention_dim", heads * sizes.get("attention_head_dim").intValue());
        });
    assertThatThrownBy(() -> ControlNetConfig.read(folder, TinyModel.SANA.config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("does not fit the model: its " + named);
  }

  @Test
  void aControlNetOfASprintStudentIsForSprintStudents() throws IOException {
    ToyControlNet.write(folder, TinyModel.SANA);
    TinyModel.edit(folder.resolve("config.json"), sizes -> sizes.put("guidance_embeds", true));
    assertThatThrownBy(() -> ControlNetConfig.read(folder, TinyModel.SANA.config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("Sprint");
  }

  @Test
  void itsWeightsAreNotReadWithoutACondition() throws IOException {
    Path copy = copy();
    Files.delete(copy.resolve("controlnet/diffusion_pytorch_model.safetensors"));
    try (SanaPipeline pipeline = open(copy)) {
      assertThat(image(pipeline, quick())).isNotEmpty();
      GenerationRequest request = quick().task(Task.control(sketch(), 1)).build();
      assertThatThrownBy(() -> pipeline.generate(request))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("controlnet");
    }
  }

  @Test
  void aFolderWithAControlNetIsAModelLikeAnyOther() {
    ModelConfig config = ModelConfig.read(ModelFolder.open(MODEL));
    assertThat(ControlNetConfig.of(config).folder()).isEqualTo(MODEL.resolve("controlnet"));
    assertThat(config.isSprint()).isFalse();
  }

  private Path copy() throws IOException {
    try (var files = Files.walk(MODEL)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(MODEL.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return folder;
  }
}
