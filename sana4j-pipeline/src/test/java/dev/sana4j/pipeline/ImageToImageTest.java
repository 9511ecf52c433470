package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Noise;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageToImageTest {
  @TempDir private Path folder;

  private static GenerationRequest.Builder from(TinyModel model, RgbImage image, double strength) {
    return model.quick("a cat").steps(4).seed(3).task(Task.imageToImage(image, strength));
  }

  private static RgbImage image(SanaPipeline pipeline, GenerationRequest.Builder request) {
    return pipeline.generate(request.build()).get(0).pixels();
  }

  private static RgbImage image(TinyModel model) {
    return TaskImages.smooth(TinyModel.size(model.config(), 4, 4));
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void theImageCountsAndSoDoesTheStrength(TinyModel model) {
    RgbImage black = RgbImage.of(8, 8, new byte[8 * 8 * 3]);
    try (SanaPipeline pipeline = model.open()) {
      RgbImage some = image(pipeline, from(model, image(model), 0.4));
      assertThat(image(pipeline, from(model, black, 0.4)).rgb()).isNotEqualTo(some.rgb());
      assertThat(image(pipeline, from(model, image(model), 0.9)).rgb()).isNotEqualTo(some.rgb());
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void atFullStrengthNextToNothingOfTheImageIsLeft(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      RgbImage free = image(pipeline, model.quick("a cat").steps(4).seed(3));
      RgbImage full = image(pipeline, from(model, image(model), 1));
      assertThat(TaskImages.meanDifference(full, free)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"SPRINT, 0.5, 2", "SPRINT, 0.6, 3", "SPRINT, 0.01, 1", "SPRINT, 1, 4"})
  void progressCountsTheStepsThatAreTaken(TinyModel model, double strength, int steps) {
    try (SanaPipeline pipeline = model.open()) {
      List<Progress> heard = new ArrayList<>();
      GenerationRequest request = from(model, image(model), strength).build();
      pipeline.generate(request, progress -> heard.add(progress));
      assertThat(heard).filteredOn(each -> each.stage() == Stage.DENOISE).hasSize(steps);
      assertThat(pipeline.steps(request)).isEqualTo(steps);
      assertThat(heard.get(heard.size() - 1))
          .isEqualTo(new Progress(Stage.DECODE, steps + 2, steps + 2));
    }
  }

  @ParameterizedTest
  @CsvSource({"SANA, 0.3", "TEACHER, 0.3", "SANA, 0.6", "SANA, 1"})
  void aFlowTakesFewerStepsTheSmallerTheStrength(TinyModel model, double strength) {
    ModelConfig config = model.config();
    GenerationRequest request = from(model, image(model), strength).steps(20).build();
    int taken = config.sampler().stepsTaken(request);
    assertThat(config.work(request)).isEqualTo(taken + 2);
    double start = config.sampler().sampler(request).times()[20 - taken] / 1000;
    assertThat(start).isBetween(strength - 0.07, strength + 0.07);
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void theImagesOfABatchAreThoseMadeAlone(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      GenerationRequest request = from(model, image(model), 0.5).imagesPerPrompt(2).build();
      List<GeneratedImage> images = pipeline.generate(request);
      assertThat(images.get(1).pixels().rgb()).isNotEqualTo(images.get(0).pixels().rgb());
      for (GeneratedImage image : images) {
        assertThat(pipeline.generate(image.request()).get(0).pixels().rgb())
            .isEqualTo(image.pixels().rgb());
      }
    }
  }

  @Test
  void aSharedDrawBeginsWithTheImageToo() {
    TinyModel model = TinyModel.SPRINT;
    try (SanaPipeline pipeline = model.open()) {
      GenerationRequest.Builder request =
          from(model, image(model), 0.25).imagesPerPrompt(2).noise(Noise.SHARED);
      List<GeneratedImage> images = pipeline.generate(request.build());
      assertThat(
              TaskImages.meanDifference(
                  images.get(0).pixels(), image(pipeline, from(model, image(model), 0.25))))
          .isLessThan(1);
      assertThat(images.get(1).pixels().rgb()).isNotEqualTo(images.get(0).pixels().rgb());
    }
  }

  @Test
  void aRequestWhoseImageIsNotThereIsRefusedBeforeAnyWork() {
    TinyModel model = TinyModel.SPRINT;
    InputImage known = InputImage.known(new ImageSize(8, 8), "0123456789abcdef".repeat(4));
    try (SanaPipeline pipeline = model.open()) {
      GenerationRequest request =
          model.quick("a cat").task(new Task.ImageToImage(known, 0.5)).build();
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      request,
                      progress -> {
                        throw new AssertionError("work was done");
                      }))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("needs an image of 8x8 with sha256 0123456789ab");
    }
  }

  @Test
  void aBinnedModelWorksAtItsOwnSizeAndGivesTheAskedOne() throws IOException {
    int compression = TinyModel.SPRINT.config().autoencoder().compression();
    Path copy = TinyModel.SPRINT.copyTo(folder);
    TinyModel.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("sample_size", 512 / compression));
    ImageSize odd = new ImageSize(61, 37);
    Task task = Task.imageToImage(TaskImages.smooth(odd), 0.5);
    try (SanaPipeline pipeline = SanaPipeline.builder(copy).dtype(DType.FLOAT32).open()) {
      GenerationRequest request =
          pipeline.request(task, "a cat").steps(2).instruction(false).maxSequenceLength(8).build();
      assertThat(pipeline.config().workingSize(request))
          .isEqualTo(AspectRatioBins.of(512).closest(odd));
      assertThat(pipeline.generate(request).get(0).pixels().size()).isEqualTo(odd);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 2, 0, 0", "40, 20, 0, 0", "3, 2, 3, -3"})
  void theSizeOfATaskHasTheProportionsOfItsImage(int columns, int rows, int wider, int higher) {
    ModelConfig config = TinyModel.SANA.config();
    int step = config.sizeStep();
    var image = new ImageSize(columns * step + wider, rows * step + higher);
    GenerationRequest request =
        config.request(Task.imageToImage(TaskImages.smooth(image), 0.5), "a cat").build();
    double area = (double) request.size().width() * request.size().height();
    assertThat(Math.sqrt(area)).isLessThanOrEqualTo(config.nativeResolution() + 1.0);
    assertThat((double) request.size().width() / request.size().height())
        .isCloseTo((double) image.width() / image.height(), within(0.05));
  }
}
