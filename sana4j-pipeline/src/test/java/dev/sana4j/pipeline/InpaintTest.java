package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.Canvas;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.MaskBlend;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.TaskLatents;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InpaintTest {
  @TempDir private Path folder;

  private static GenerationRequest.Builder quick(ModelConfig config, Task task) {
    return config.request(task, "a cat").steps(3).instruction(false).maxSequenceLength(8);
  }

  /** Checks that pixels are equal where the mask is black, and that some others differ. */
  private static void assertOutsideIsUntouched(RgbImage made, RgbImage input, RgbImage mask) {
    byte[] left = made.rgb();
    byte[] right = input.rgb();
    int changed = 0;
    for (int i = 0; i < left.length; i++) {
      if (MaskBlend.level(mask, i / 3) == 0) {
        assertThat(left[i]).as("byte " + i).isEqualTo(right[i]);
      } else if (left[i] != right[i]) {
        changed++;
      }
    }
    assertThat(changed).isPositive();
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void pixelsOutsideTheMaskAreThoseOfTheInput(TinyModel model) {
    ImageSize size = TinyModel.size(model.config(), 4, 3);
    RgbImage input = TaskImages.smooth(size);
    RgbImage mask =
        TaskImages.mask(size, (x, y) -> x > size.width() / 2 && y > 3 ? 255 : y == 1 ? 90 : 0);
    try (SanaPipeline pipeline = model.open()) {
      for (double strength : new double[] {0.5, 1}) {
        GenerationRequest request =
            quick(pipeline.config(), Task.inpaint(input, mask, strength)).build();
        RgbImage made = pipeline.generate(request).get(0).pixels();
        assertOutsideIsUntouched(made, input, mask);
      }
    }
  }

  @Test
  void pixelsOutsideStayAlsoWhereTheModelWorksAtAnotherSize() throws IOException {
    int compression = TinyModel.SPRINT.config().autoencoder().compression();
    Path copy = TinyModel.SPRINT.copyTo(folder);
    TinyModel.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("sample_size", 512 / compression));
    ImageSize odd = new ImageSize(97, 61);
    RgbImage input = TaskImages.smooth(odd);
    RgbImage mask = TaskImages.mask(odd, (x, y) -> x * y % 97 > 60 ? 255 : 0);
    try (SanaPipeline pipeline = SanaPipeline.builder(copy).dtype(DType.FLOAT32).open()) {
      GenerationRequest request =
          quick(pipeline.config(), Task.inpaint(input, mask, 1)).steps(1).build();
      assertThat(request.size()).isEqualTo(odd);
      assertOutsideIsUntouched(pipeline.generate(request).get(0).pixels(), input, mask);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void underAWhiteMaskItIsImageToImage(TinyModel model) {
    RgbImage input = TaskImages.smooth(TinyModel.size(model.config(), 4, 4));
    RgbImage white = TaskImages.mask(input.size(), (x, y) -> 255);
    try (SanaPipeline pipeline = model.open()) {
      RgbImage painted =
          pipeline
              .generate(quick(pipeline.config(), Task.inpaint(input, white, 0.7)).build())
              .get(0)
              .pixels();
      RgbImage free =
          pipeline
              .generate(quick(pipeline.config(), Task.imageToImage(input, 0.7)).build())
              .get(0)
              .pixels();
      assertThat(TaskImages.meanDifference(painted, free)).isLessThan(0.01);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void theNewPartKnowsWhatIsAroundIt(TinyModel model) {
    ImageSize size = TinyModel.size(model.config(), 4, 4);
    RgbImage mask = TaskImages.mask(size, (x, y) -> x < size.width() / 2 ? 255 : 0);
    RgbImage light = TaskImages.mask(size, (x, y) -> 220);
    RgbImage dark = TaskImages.mask(size, (x, y) -> 30);
    try (SanaPipeline pipeline = model.open()) {
      byte[] inLight =
          pipeline
              .generate(quick(pipeline.config(), Task.inpaint(light, mask, 1)).build())
              .get(0)
              .pixels()
              .rgb();
      byte[] inDark =
          pipeline
              .generate(quick(pipeline.config(), Task.inpaint(dark, mask, 1)).build())
              .get(0)
              .pixels()
              .rgb();
      assertThat(inLight[0]).isNotEqualTo(inDark[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "7, 8", "31, 17"})
  void oneMaskedPixelFreesItsCellOfTheLatentsAndNoOther(int column, int row) {
    RgbImage mask =
        TaskImages.mask(new ImageSize(32, 24), (x, y) -> x == column && y == row ? 1 : 0);
    float[] cells = TensorScope.<float[]>compute(() -> TaskLatents.cells(mask, 8).toFloats());
    assertThat(cells).hasSize(12);
    for (int i = 0; i < cells.length; i++) {
      assertThat(cells[i]).isEqualTo(i == row / 8 * 4 + column / 8 ? 1 : 0);
    }
  }

  @Test
  void outpaintingKeepsTheImageOnItsCanvas() {
    TinyModel model = TinyModel.SPRINT;
    RgbImage image = TaskImages.smooth(TinyModel.size(model.config(), 2, 2));
    Canvas canvas = Canvas.centred(image, TinyModel.size(model.config(), 5, 4));
    try (SanaPipeline pipeline = model.open()) {
      GenerationRequest request =
          quick(pipeline.config(), Task.inpaint(canvas.image(), canvas.mask(), 1)).build();
      RgbImage made = pipeline.generate(request).get(0).pixels();
      assertThat(made.size()).isEqualTo(canvas.image().size());
      assertOutsideIsUntouched(made, canvas.image(), canvas.mask());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1025})
  void aFeatherOutOfRangeIsRefused(int feather) {
    InputImage image = InputImage.of(TaskImages.smooth(new ImageSize(4, 4)));
    assertThatThrownBy(() -> new Task.Inpaint(image, image, 1, feather))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("feather " + feather);
  }

  @Test
  void aBlackMaskIsRefused() {
    RgbImage input = TaskImages.smooth(TinyModel.size(TinyModel.SANA.config(), 4, 4));
    RgbImage black = TaskImages.mask(input.size(), (x, y) -> 0);
    GenerationRequest request =
        TinyModel.SANA.quick("a cat").task(Task.inpaint(input, black, 1)).build();
    assertThatThrownBy(
            () -> TinyModel.SANA.config().check(request, DType.FLOAT32, Device.CPU, false))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("completely black");
  }
}
