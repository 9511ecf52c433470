package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.AntialiasedResize.Kernel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code sana verify} compares the pixels with those of the reference. */
class AntialiasedResizeTest {
  private static RgbImage plain(int width, int height, int value) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) value);
    return RgbImage.of(width, height, rgb);
  }

  @ParameterizedTest
  @EnumSource
  void aPlainImageStaysPlain(Kernel kernel) {
    RgbImage resized = AntialiasedResize.apply(plain(37, 11, 203), new ImageSize(9, 40), kernel);
    assertThat(resized.size()).isEqualTo(new ImageSize(9, 40));
    assertThat(resized.shared()).containsOnly((byte) 203);
  }

  @ParameterizedTest
  @EnumSource
  void everyPixelCountsWhenScalingDown(Kernel kernel) {
    byte[] rgb = new byte[8 * 3];
    Arrays.fill(rgb, 0, 12, (byte) 255);
    RgbImage resized = AntialiasedResize.apply(RgbImage.of(8, 1, rgb), new ImageSize(1, 1), kernel);
    assertThat(resized.shared()[0] & 0xFF).isBetween(127, 128);
  }

  @Test
  void bilinearMixesNeighboursWhenScalingUp() {
    RgbImage two = RgbImage.of(2, 1, new byte[] {0, 0, 0, 100, 100, 100});
    RgbImage four = AntialiasedResize.apply(two, new ImageSize(4, 1), Kernel.BILINEAR);
    assertThat(new int[] {four.shared()[0], four.shared()[3], four.shared()[6], four.shared()[9]})
        .containsExactly(0, 25, 75, 100);
  }

  @Test
  void theSameSizeReturnsTheSameImage() {
    RgbImage image = plain(3, 4, 7);
    assertThat(AntialiasedResize.apply(image, image.size(), Kernel.BICUBIC)).isSameAs(image);
  }
}
