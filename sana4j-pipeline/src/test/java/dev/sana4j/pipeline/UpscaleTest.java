package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpscaleTest {
  private static GenerationRequest.Builder quick(ModelConfig config, Task task) {
    return config.request(task, "").steps(2).instruction(false).maxSequenceLength(8).seed(5);
  }

  /** An image whose double size needs two tiles by one. */
  private static RgbImage image(ModelConfig config) {
    int side = config.nativeResolution();
    return TaskImages.smooth(new ImageSize(side * 3 / 4, side / 2 - 1));
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void anImageBecomesTwiceAsLarge(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      RgbImage image = image(pipeline.config());
      GenerationRequest request = quick(pipeline.config(), Task.upscale(image, 2, 0.5)).build();
      GeneratedImage made = pipeline.generate(request).get(0);
      assertThat(made.pixels().size())
          .isEqualTo(new ImageSize(2 * image.width(), 2 * image.height()));
      assertThat(pipeline.generate(made.request()).get(0).pixels().rgb())
          .isEqualTo(made.pixels().rgb());
    }
  }

  @Test
  void fourTimesIsTwiceTwice() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      int quarter = pipeline.config().nativeResolution() / 4;
      RgbImage image = TaskImages.smooth(new ImageSize(quarter, quarter));
      RgbImage four = made(pipeline, image, 4, 5);
      // Twice the quarter is one tile, so the second pass starts with the next seed.
      RgbImage twice = made(pipeline, made(pipeline, image, 2, 5), 2, 6);
      assertThat(four.rgb()).isEqualTo(twice.rgb());
    }
  }

  /**
   * Checks only the correction, because toy models with random weights generate arbitrary images.
   */
  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void scaledDownAgainItIsTheImage(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      RgbImage image = image(pipeline.config());
      byte[] before = image.rgb();
      byte[] after = CoverResize.apply(made(pipeline, image, 2, 5), image.size()).rgb();
      double sum = 0;
      for (int i = 0; i < before.length; i++) {
        sum += Math.abs((before[i] & 0xFF) - (after[i] & 0xFF));
      }
      assertThat(sum / before.length).isLessThan(8);
    }
  }

  private static RgbImage made(SanaPipeline pipeline, RgbImage image, int factor, long seed) {
    Task task = Task.upscale(image, factor, 0.5);
    return pipeline.generate(quick(pipeline.config(), task).seed(seed).build()).get(0).pixels();
  }

  @Test
  void progressCountsTheStepsOfEveryTile() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      List<Progress> heard = new ArrayList<>();
      GenerationRequest request =
          quick(pipeline.config(), Task.upscale(image(pipeline.config()), 2, 1)).build();
      pipeline.generate(request, progress -> heard.add(progress));
      int all = 1 + 2 * 3;
      assertThat(pipeline.config().work(request)).isEqualTo(all);
      assertThat(pipeline.steps(request))
          .isEqualTo((int) heard.stream().filter(each -> each.stage() == Stage.DENOISE).count());
      assertThat(heard).hasSize(all);
      assertThat(heard.get(all - 1).done()).isEqualTo(all);
    }
  }

  @Test
  void theImagesOfACountDiffer() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      Task task = Task.upscale(image(pipeline.config()), 2, 0.5);
      List<GeneratedImage> images =
          pipeline.generate(quick(pipeline.config(), task).imagesPerPrompt(2).build());
      assertThat(images.get(0).pixels().rgb()).isNotEqualTo(images.get(1).pixels().rgb());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 8, -2})
  void anotherFactorIsRefused(int factor) {
    RgbImage image = TaskImages.smooth(new ImageSize(4, 4));
    assertThatThrownBy(() -> Task.upscale(image, factor, 0.5))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("must be 2 or 4");
  }

  @Test
  void anotherSizeThanThatTimesTheFactorIsRefused() {
    ModelConfig config = TinyModel.SPRINT.config();
    GenerationRequest request =
        quick(config, Task.upscale(image(config), 2, 0.5)).size(new ImageSize(64, 64)).build();
    assertThatThrownBy(() -> config.check(request, DType.FLOAT32, Device.CPU, false))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("not 64x64");
  }

  @ParameterizedTest
  @CsvSource({"8193, 1, 2", "1, 4097, 4"})
  void whatIsLargerThanAnImageMayBeIsRefused(int width, int height, int factor) {
    RgbImage image = RgbImage.of(width, height, new byte[width * height * 3]);
    Task.Upscale task = Task.upscale(image, factor, 0.5);
    assertThatThrownBy(task::size)
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("exceeds the largest side of 16384");
  }
}
