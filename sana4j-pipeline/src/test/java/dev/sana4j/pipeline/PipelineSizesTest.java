package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of an image, and the size that the model works at. */
@Tag("numeric")
class PipelineSizesTest {
  @TempDir private Path folder;

  private static byte[] pixels(SanaPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request).get(0).pixels().rgb();
  }

  /** Copies a model and gives it the native size 512, which has published sizes. */
  private Path withPublishedSizes() throws IOException {
    int compression = TinyModel.SPRINT.config().autoencoder().compression();
    Path copy = TinyModel.SPRINT.copyTo(folder);
    TinyModel.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("sample_size", 512 / compression));
    return copy;
  }

  @Test
  void aBinnedImageIsScaledAndCutToTheAskedSize() throws IOException {
    Path copy = withPublishedSizes();
    ImageSize asked = new ImageSize(61, 37);
    try (SanaPipeline pipeline = SanaPipeline.builder(copy).dtype(DType.FLOAT32).open()) {
      GenerationRequest request =
          TinyModel.SPRINT.quick("a cat").binning(Binning.AUTO).steps(1).size(asked).build();
      GeneratedImage image = pipeline.generate(request).get(0);
      assertThat(image.pixels().size()).isEqualTo(asked);
      assertThat(image.request().size()).isEqualTo(asked);
      assertThat(pipeline.config().workingSize(request))
          .isEqualTo(AspectRatioBins.of(512).closest(asked));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "61, 37", "300, 200", "30, 200"})
  void aModelWithoutPublishedSizesMakesAnySize(int width, int height) {
    ImageSize asked = new ImageSize(width, height);
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      GenerationRequest request =
          TinyModel.SANA.quick("a cat").binning(Binning.AUTO).steps(1).size(asked).build();
      ImageSize working = pipeline.config().workingSize(request);
      GenerationRequest direct =
          request.toBuilder().binning(Binning.OFF).size(working).steps(1).build();
      RgbImage made = pipeline.generate(direct).get(0).pixels();
      assertThat(pixels(pipeline, request)).containsExactly(CoverResize.apply(made, asked).rgb());
    }
  }

  @Test
  void aBatchGivesTheAskedSize() {
    ImageSize asked = new ImageSize(61, 37);
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      GenerationRequest request =
          TinyModel.SANA.quick("a cat").binning(Binning.AUTO).steps(1).size(asked).build();
      List<GeneratedImage> images =
          pipeline.generateTogether(
              List.of(request, request.toBuilder().seed(2).build()), GenerationListener.NONE);
      assertThat(images).extracting(image -> image.pixels().size()).containsOnly(asked);
    }
  }

  @Test
  void binningOffAtATabledResolutionWorksAtTheAskedSize() throws IOException {
    Path copy = withPublishedSizes();
    GenerationRequest request = TinyModel.SPRINT.quick("a cat").binning(Binning.OFF).build();
    byte[] untabled;
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      untabled = pixels(pipeline, request);
    }
    try (SanaPipeline pipeline = SanaPipeline.builder(copy).dtype(DType.FLOAT32).open()) {
      assertThat(pixels(pipeline, request)).containsExactly(untabled);
    }
  }
}
