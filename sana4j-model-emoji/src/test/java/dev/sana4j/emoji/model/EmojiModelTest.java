package dev.sana4j.emoji.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Int8Product;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmojiModelTest {
  private static final long MOST_BYTES = 60_000_000;

  @TempDir private Path cache;

  @Test
  void theDefaultIsASmallStudentOfFewSteps() {
    ModelConfig config = ModelConfig.read(small(EmojiModel.open(cache)));

    assertThat(config.isSprint()).isTrue();
    assertThat(config.nativeResolution()).isEqualTo(128);
    assertThat(config.request("a cat").build().steps()).isEqualTo(2);
  }

  @Test
  void besideItIsItsTeacher() {
    ModelConfig config = ModelConfig.read(small(EmojiModel.openTeacher(cache)));

    assertThat(config.isSprint()).isFalse();
    assertThat(config.nativeResolution()).isEqualTo(128);
    assertThat(config.transformer().timestepScale()).isEqualTo(0.001);
    assertThat(config.transformer().qkNorm()).isTrue();
  }

  private static ModelFolder small(ModelFolder model) {
    assertThat(model.contents()).extracting(PartContents::bytes).allMatch(bytes -> bytes >= 0);
    assertThat(model.contents().stream().mapToLong(PartContents::bytes).sum())
        .isBetween(1L, MOST_BYTES);
    return model;
  }

  /** Whether the object is correct is measured by {@code sana evaluate}. */
  @Test
  void theBackgroundIsWhatWasAskedFor() {
    backgroundIsRight(EmojiModel.open(cache), 1);
    backgroundIsRight(EmojiModel.openTeacher(cache), 10);
  }

  @Test
  void productsOf8BitIntegersShowTheSame() {
    assumeTrue(Int8Product.isFast()); // int8 is rejected elsewhere
    ModelFolder model = EmojiModel.open(cache);
    String prompt = "a red apple on a blue background";

    assertThat(
            peakSignalToNoise(
                image(model, prompt, DType.INT8), image(model, prompt, DType.BFLOAT16)))
        .isGreaterThan(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {EmojiModel.NAME, EmojiModel.TEACHER})
  void aPipelineIsOpenedByTheNameOfTheModel(String name) {
    try (SanaPipeline pipeline = SanaPipeline.builder(name).open()) {
      GenerationRequest request = pipeline.request("a red apple").steps(1).build();
      ImageProvenance made = pipeline.generate(request).get(0).provenance();
      assertThat(made.model()).isEqualTo(name);
      assertThat(made.dtype()).isEqualTo(pipeline.dtype().toString());
    }
    assertThat(ModelLocator.present("no-such-model")).isEmpty();
  }

  private static RgbImage image(ModelFolder model, String prompt, DType dtype) {
    try (SanaPipeline pipeline = SanaPipeline.builder(model).dtype(dtype).open()) {
      return image(pipeline, prompt, 2);
    }
  }

  private static double peakSignalToNoise(RgbImage first, RgbImage second) {
    byte[] ours = first.rgb();
    byte[] theirs = second.rgb();
    double squares = 0;
    for (int i = 0; i < ours.length; i++) {
      squares += Math.pow((ours[i] & 255) - (theirs[i] & 255), 2);
    }
    return 10 * Math.log10(255.0 * 255.0 * ours.length / squares);
  }

  private static void backgroundIsRight(ModelFolder model, int steps) {
    RgbImage blue;
    RgbImage white;
    try (SanaPipeline pipeline = SanaPipeline.builder(model).dtype(DType.FLOAT32).open()) {
      blue = image(pipeline, "a 3D apple on a blue background", steps);
      white = image(pipeline, "白色背景上的一个3D风格的苹果", steps);
    }
    int[] corner = corner(blue);
    assertThat(corner[2]).isGreaterThan(corner[0] + 60);
    assertThat(Math.min(corner(white)[0], corner(white)[2])).isGreaterThan(200);
  }

  private static RgbImage image(SanaPipeline pipeline, String prompt, int steps) {
    GenerationRequest request = pipeline.request(prompt).steps(steps).seed(1).build();
    return pipeline.generate(request).get(0).pixels();
  }

  /** Returns red, green and blue of the top left pixel. */
  private static int[] corner(RgbImage image) {
    byte[] rgb = image.rgb();
    return new int[] {rgb[0] & 0xFF, rgb[1] & 0xFF, rgb[2] & 0xFF};
  }
}
