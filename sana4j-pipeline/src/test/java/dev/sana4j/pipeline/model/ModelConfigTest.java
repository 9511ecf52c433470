package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  @TempDir private Path folder;

  private ModelConfig changed(TinyModel model, String json, Consumer<ObjectNode> change)
      throws IOException {
    Path copy = model.copyTo(folder);
    TinyModel.edit(copy.resolve(json), change);
    return ModelConfig.read(ModelFolder.open(copy));
  }

  /** Changes only the configs; the weights do not depend on them. */
  private ModelConfig madeFor(int resolution) throws IOException {
    int compression = TinyModel.SANA.config().autoencoder().compression();
    return changed(
        TinyModel.SANA,
        "transformer/config.json",
        config -> config.put("sample_size", resolution / compression));
  }

  private static ImageSize workingSize(ModelConfig config, ImageSize size, Binning binning) {
    return config.workingSize(config.request("a cat").size(size).binning(binning).build());
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aRequestBeginsWithTheDefaultsOfItsModel(TinyModel model) {
    ModelConfig config = model.config();
    GenerationRequest request = config.request("a cat", "a dog").build();
    int side = config.nativeResolution();
    assertThat(request.size()).isEqualTo(new ImageSize(side, side));
    assertThat(request.steps()).isEqualTo(model == TinyModel.SPRINT ? 2 : 20);
    assertThat(request.images()).isEqualTo(2);
    assertThat(config.isSprint()).isEqualTo(model == TinyModel.SPRINT);
  }

  @ParameterizedTest
  @CsvSource({
    "caption_channels, embeddings of width",
    "in_channels, latents of",
    "out_channels, out_channels must be",
  })
  void partsThatDoNotFitEachOtherAreRefused(String key, String why) {
    assertThatThrownBy(
            () ->
                changed(
                    TinyModel.SANA,
                    "transformer/config.json",
                    config -> config.put(key, config.get(key).intValue() + 1)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(why);
  }

  @Test
  void aSprintStudentWithASamplerOfFlowsIsRefused() {
    assertThatThrownBy(
            () ->
                changed(
                    TinyModel.SANA,
                    "transformer/config.json",
                    config -> config.put("guidance_embeds", true)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("guidance_embeds");
  }

  @Test
  void aTeacherPackedWithTheStudentsSamplerRunsAsAFlow() throws IOException {
    ModelConfig config =
        changed(
            TinyModel.SPRINT,
            "transformer/config.json",
            change -> change.put("guidance_embeds", false));
    assertThat(config.isSprint()).isFalse();
    assertThat(config.sampler()).isEqualTo(SamplerConfig.publicFlow());
  }

  @Test
  void anUnknownPipelineIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(
            () ->
                changed(
                    TinyModel.SANA,
                    "model_index.json",
                    index -> index.put("_class_name", "StableDiffusionPipeline")))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("StableDiffusionPipeline", "SanaPipeline", "SanaSprintPipeline");
  }

  private ModelConfig withClass(TinyModel model, String name) throws IOException {
    return changed(model, "model_index.json", index -> index.put("_class_name", name));
  }

  @ParameterizedTest
  @CsvSource({
    "SPRINT, SanaSprintImg2ImgPipeline, SanaSprintPipeline",
    "SANA, SanaPAGPipeline, SanaPipeline",
    "SANA, SanaImg2ImgPipeline, SanaPipeline",
    "SPRINT, SanaSprintInpaintPipeline, SanaSprintPipeline",
  })
  void aPipelineWithTheSamePartsIsTakenWithANote(TinyModel model, String name, String same)
      throws IOException {
    ModelConfig config = withClass(model, name);
    assertThat(config.isSprint()).isEqualTo(model == TinyModel.SPRINT);
    assertThat(config.notes()).hasSize(1).first().asString().contains(name, same);
  }

  @Test
  void aKnownPipelineNeedsNoNote() {
    assertThat(TinyModel.SANA.config().notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "transformer, SanaVideoTransformer3DModel",
    "vae, AutoencoderKLWan",
    "image_encoder, SiglipVisionModel",
  })
  void aPipelineWithOtherPartsIsRefusedByItsName(String part, String className) {
    assertThatThrownBy(
            () ->
                changed(
                    TinyModel.SANA,
                    "model_index.json",
                    index -> {
                      index.put("_class_name", "SanaVideoPipeline");
                      index.putArray(part).add("diffusers").add(className);
                    }))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("SanaVideoPipeline is not supported");
  }

  @Test
  void aGivenTimestepScaleReplacesThatOfTheFolder() throws IOException {
    ModelConfig config = TinyModel.TEACHER.config().withTimestepScale(0.5);
    assertThat(config.transformer().timestepScale()).isEqualTo(0.5);
    assertThat(config.denoiser().isTimestepScaleOfFile()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.001, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void aTimestepScaleOutOfRangeIsRefused(double scale) {
    ModelConfig config = TinyModel.TEACHER.config();
    assertThatThrownBy(() -> config.withTimestepScale(scale))
        .isInstanceOf(RequestException.class)
        .hasMessageContainingAll("above 0 and at most 1", Double.toString(scale));
  }

  @Test
  void aSprintModelHasNoTimestepScale() {
    ModelConfig config = TinyModel.SPRINT.config();
    assertThatThrownBy(() -> config.withTimestepScale(0.001))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("Sprint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transformer", "text_encoder", "vae"})
  void weightsThatAnotherProgramQuantizedAreRefused(String part) {
    assertThatThrownBy(
            () ->
                changed(
                    TinyModel.SANA,
                    part + "/config.json",
                    config ->
                        config.putObject("quantization_config").put("quant_method", "torchao")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(part, "quantized with torchao");
  }

  @ParameterizedTest
  @CsvSource({
    "transformer/config.json, num_layers",
    "transformer/config.json, sample_size",
    "transformer/config.json, patch_size",
    "transformer/config.json, num_attention_heads",
    "vae/config.json, latent_channels",
    "text_encoder/config.json, hidden_size",
    "text_encoder/config.json, num_hidden_layers",
  })
  void absurdSizesInAConfigAreRefused(String json, String key) {
    for (int absurd : new int[] {0, -1, Integer.MIN_VALUE}) {
      Path copy = folder.resolve("copy" + absurd);
      assertThatThrownBy(
              () -> {
                TinyModel.SANA.copyTo(copy);
                TinyModel.edit(copy.resolve(json), config -> config.put(key, absurd));
                ModelConfig.read(ModelFolder.open(copy));
              })
          .as("%s %s", key, absurd)
          .isInstanceOfAny(CheckpointException.class, ModelException.class);
    }
  }

  @Test
  void withoutBinningOnlyMultiplesOfTheStepAreTaken() {
    ModelConfig config = TinyModel.SANA.config();
    int step = config.sizeStep();
    ImageSize odd = new ImageSize(4 * step + 1, 3 * step);
    ImageSize even = TinyModel.size(config, 4, 3);
    assertThat(workingSize(config, even, Binning.OFF)).isEqualTo(even);
    assertThatThrownBy(() -> workingSize(config, odd, Binning.OFF))
        .isInstanceOf(RequestException.class)
        .hasMessageContainingAll(odd.toString(), "multiple of " + step, even.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "512, 512, 1, 1",
    "3000, 2000, 3, 2",
    "300, 200, 3, 2",
    "16384, 16384, 1, 1",
    "1, 16384, 1, 4",
    "16384, 1, 4, 1",
    "768, 1024, 3, 4"
  })
  void withoutATableOfSizesTheModelWorksAtItsNativeAreaOrALittleLess(
      int width, int height, double wide, double high) {
    ModelConfig config = TinyModel.SPRINT.config();
    ImageSize asked = new ImageSize(width, height);
    ImageSize size = workingSize(config, asked, Binning.AUTO);
    assertThat(size.width() % config.sizeStep()).isZero();
    assertThat(size.height() % config.sizeStep()).isZero();
    double area = Math.pow(config.nativeResolution(), 2);
    assertThat((double) size.width() * size.height()).isBetween(0.75 * area, area);
    assertThat((double) size.width() / size.height()).isCloseTo(wide / high, withPercentage(25));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 9})
  void theNativeSizeIsWorkedAtWithoutATable(int sampleSize) throws IOException {
    ModelConfig config =
        changed(
            TinyModel.SANA,
            "transformer/config.json",
            change -> change.put("sample_size", sampleSize));
    ImageSize own = config.request("a cat").build().size();
    for (Binning binning : Binning.values()) {
      assertThat(workingSize(config, own, binning)).isEqualTo(own);
    }
  }

  @ParameterizedTest
  @CsvSource({"512, true", "1024, true", "256, true", "255, false", "1025, false", "4096, false"})
  void anImageThatIsScaledALotIsAntialiased(int side, boolean asPublished) throws IOException {
    ModelConfig config = madeFor(512);
    GenerationRequest request = config.request("a cat").size(new ImageSize(side, side)).build();
    assertThat(config.scalesAsPublished(request)).isEqualTo(asPublished);
  }

  @Test
  void theNearestSizeIsNeverNothing() {
    ModelConfig config = TinyModel.SANA.config();
    assertThatThrownBy(() -> workingSize(config, new ImageSize(1, 1), Binning.OFF))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("the nearest is " + TinyModel.size(config, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"512", "1024", "2048", "4096"})
  void atATabledResolutionTheModelWorksAtTheNearestSize(int resolution) throws IOException {
    ModelConfig config = madeFor(resolution);
    ImageSize asked = new ImageSize(301, 97);
    assertThat(workingSize(config, asked, Binning.AUTO))
        .isEqualTo(AspectRatioBins.of(resolution).closest(asked));
    assertThat(workingSize(config, new ImageSize(resolution, resolution), Binning.AUTO))
        .isEqualTo(new ImageSize(resolution, resolution));
  }

  @Test
  void binningOffWorksAtTheAskedSizeWhateverTheResolution() throws IOException {
    ModelConfig config = madeFor(512);
    ImageSize asked = TinyModel.size(config, 5, 7);
    assertThat(workingSize(config, asked, Binning.OFF)).isEqualTo(asked);
  }

  @Test
  void binningOnGoesByTheLatentSizeAlone() throws IOException {
    ModelConfig config =
        changed(TinyModel.SANA, "transformer/config.json", change -> change.put("sample_size", 32));
    assertThat(workingSize(config, new ImageSize(301, 97), Binning.ON))
        .isEqualTo(AspectRatioBins.of(1024).closest(new ImageSize(301, 97)));
  }

  @Test
  void binningOnScalesAsThePublishedPipelinesDo() throws IOException {
    ModelConfig config =
        changed(TinyModel.SANA, "transformer/config.json", change -> change.put("sample_size", 16));
    ImageSize large = new ImageSize(4096, 4096);
    GenerationRequest request = config.request("a cat").size(large).binning(Binning.ON).build();
    assertThat(config.scalesAsPublished(request)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aLargeRequestIsRefusedForItsMemory(TinyModel model) {
    ModelConfig config = model.config();
    int side = 64 * config.sizeStep();
    GenerationRequest request =
        config.request("a cat").size(new ImageSize(side, side)).binning(Binning.OFF).build();
    long needed = config.memory(request, DType.FLOAT64);
    config.checkMemory(request, DType.FLOAT64, needed);
    assertThatThrownBy(() -> config.checkMemory(request, DType.FLOAT64, needed - 1))
        .isInstanceOf(RequestException.class)
        .hasMessageContainingAll(side + "x" + side, "float64", "GiB");
  }

  @Test
  void askingForAHugeImageOfASmallBinIsRefusedForItsMemory() throws IOException {
    ModelConfig config = madeFor(512);
    GenerationRequest request =
        config.request("a cat").size(new ImageSize(ImageSize.MAX_SIDE, ImageSize.MAX_SIDE)).build();
    GenerationRequest native512 = config.request("a cat").build();
    long small = config.memory(native512, DType.FLOAT32);
    long huge = config.memory(request, DType.FLOAT32);
    assertThat(huge - small).isGreaterThan(3L * ImageSize.MAX_SIDE * ImageSize.MAX_SIDE);
  }

  @Test
  void anOrdinaryRequestIsTaken() {
    ModelConfig config = TinyModel.SANA.config();
    assertThatCode(
            () ->
                config.check(
                    TinyModel.SANA.quick("a cat").build(), DType.FLOAT32, Device.CPU, false))
        .doesNotThrowAnyException();
  }

  @Test
  void productsOf8BitIntegersAreForTheProcessor() {
    GenerationRequest request = TinyModel.SPRINT.quick("a cat").build();

    assertThatThrownBy(
            () ->
                TinyModel.SPRINT.config().check(request, DType.INT8, new Device("cuda", 0), false))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("int8 needs a CPU");
  }

  @Test
  void float16IsForGpus() {
    GenerationRequest request = TinyModel.SPRINT.quick("a cat").build();
    ModelConfig config = TinyModel.SPRINT.config();

    assertThatThrownBy(() -> config.check(request, DType.FLOAT16, Device.CPU, false))
        .isInstanceOf(RequestException.class)
        .hasMessage("float16 needs a GPU; choose bfloat16 or float32 on a CPU");
    assertThatCode(() -> config.check(request, DType.FLOAT16, new Device("cuda", 0), false))
        .doesNotThrowAnyException();
  }
}
