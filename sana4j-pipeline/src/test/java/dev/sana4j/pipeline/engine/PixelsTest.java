package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelsTest {
  private static RgbImage image(float[] values, long height, long width) {
    return TensorScope.<RgbImage>compute(
        () -> Pixels.toImage(Tensors.of(values, 1, 3, height, width)));
  }

  @Test
  void planesBecomeInterleavedRows() {
    float[] planes = {0, 1 / 255f, 2 / 255f, 10 / 255f, 11 / 255f, 12 / 255f, 1, 1, 1};
    RgbImage image = image(planes, 1, 3);
    assertThat(image.size()).isEqualTo(new ImageSize(3, 1));
    assertThat(image.rgb()).containsExactly(0, 10, 255, 1, 11, 255, 2, 12, 255);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096})
  void aBinScaledToAnySizeCoversIt(int resolution) {
    AspectRatioBins bins = AspectRatioBins.of(resolution);
    for (int height = 64; height <= 4096; height += 48) {
      for (int width = 64; width <= 4096; width += 16) {
        ImageSize asked = new ImageSize(width, height);
        ImageSize bin = bins.closest(asked);
        long[] scaled = Pixels.covering(bin.height(), bin.width(), asked);
        assertThat(scaled[0]).as("%s from %s", asked, bin).isGreaterThanOrEqualTo(height);
        assertThat(scaled[1]).as("%s from %s", asked, bin).isGreaterThanOrEqualTo(width);
      }
    }
  }

  @Test
  void valuesOutsideTheRangeAreCut() {
    assertThat(image(new float[] {-0.5f, 1.5f, Float.POSITIVE_INFINITY}, 1, 1).rgb())
        .containsExactly(0, 255, 255);
  }

  @Test
  void valuesAreRoundedToTheNearest() {
    assertThat(image(new float[] {99.4f / 255, 99.6f / 255, 0.1f / 255}, 1, 1).rgb())
        .containsExactly(99, 100, 0);
  }

  @Test
  void aShortDtypeIsRoundedAfterWidening() {
    byte[] rgb =
        TensorScope.<byte[]>compute(
            () ->
                Pixels.toImage(Tensors.of(new float[] {0.5f, 1, 0}, 1, 3, 1, 1).to(DType.BFLOAT16))
                    .rgb());
    assertThat(rgb).containsExactly(128, 255, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, 8, 8",
    "8, 8, 5, 3",
    "8, 8, 3, 5",
    "8, 4, 4, 4",
    "4, 8, 16, 2",
    "7, 5, 1, 1",
    "3, 3, 31, 17",
    "512, 288, 511, 287",
    "11, 13, 100, 100",
    "41, 23, 40, 23"
  })
  void everySizeComesOutExactly(int width, int height, int toWidth, int toHeight) {
    long[] shape =
        TensorScope.<long[]>compute(
            () ->
                Pixels.resizeAndCrop(
                        Tensors.zeros(DType.FLOAT32, Device.CPU, 2, 3, height, width),
                        new ImageSize(toWidth, toHeight))
                    .shape());
    assertThat(shape).containsExactly(2, 3, toHeight, toWidth);
  }

  @Test
  void theMiddleIsKept() {
    float[] columns = {0, 0, 1, 1, 0, 0};
    float[] planes = new float[3 * 2 * 6];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = columns[i % 6];
    }
    float[] middle =
        TensorScope.<float[]>compute(
            () ->
                Pixels.resizeAndCrop(Tensors.of(planes, 1, 3, 2, 6), new ImageSize(2, 2))
                    .toFloats());
    float[] ones = new float[middle.length];
    Arrays.fill(ones, 1);
    assertThat(middle).hasSize(12).containsExactly(ones);
  }

  @Test
  void theSizeItHasIsLeftAlone() {
    float[] values = {0.1f, 0.2f, 0.3f};
    try (Tensor image = Tensors.of(values, 1, 3, 1, 1)) {
      assertThat(Pixels.resizeAndCrop(image, new ImageSize(1, 1))).isSameAs(image);
    }
  }

  @ParameterizedTest
  @CsvSource({"64, 48, 64, 32", "64, 48, 96, 96", "100, 37, 64, 64", "60, 60, 60, 60"})
  void whatIsFramedComesBackInItsPlace(int width, int height, int workWidth, int workHeight) {
    var shown = new ImageSize(width, height);
    RgbImage image = columns(120);

    RgbImage framed = CoverResize.framed(image, shown, new ImageSize(workWidth, workHeight));
    RgbImage back =
        TensorScope.<RgbImage>compute(
            () -> Pixels.toImage(Pixels.resizeAndCrop(Pixels.of(framed), shown)));

    RgbImage straight = CoverResize.apply(image, shown);
    for (int x = 4; x < width - 4; x++) {
      assertThat(red(back, x, height / 2)).isCloseTo(red(straight, x, height / 2), within(3));
    }
  }

  /** A square with the column number as red value. */
  private static RgbImage columns(int side) {
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      rgb[i * 3] = (byte) (i % side);
    }
    return RgbImage.of(side, side, rgb);
  }

  private static int red(RgbImage image, int x, int y) {
    return image.rgb()[(y * image.width() + x) * 3] & 0xFF;
  }
}
