package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CoverResizeTest {

  private static int red(RgbImage image, int x, int y) {
    return image.rgb()[(y * image.width() + x) * 3] & 0xFF;
  }

  /** The red channel contains the column, so that it shows the origin of a pixel. */
  private static RgbImage columns(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      rgb[i * 3] = (byte) (i % width);
    }
    return RgbImage.of(width, height, rgb);
  }

  @Test
  void theMiddleIsKept() {
    RgbImage square = CoverResize.apply(columns(100, 20), new ImageSize(20, 20));

    assertThat(red(square, 0, 0)).isEqualTo(40);
    assertThat(red(square, 19, 19)).isEqualTo(59);
  }

  @Test
  void aRampStaysARampAtHalfTheSize() {
    RgbImage half = CoverResize.apply(columns(100, 100), new ImageSize(50, 50));

    assertThat(red(half, 10, 25)).isBetween(20, 21);
    assertThat(red(half, 40, 25)).isBetween(80, 81);
  }

  @Test
  void fineStripesBecomeGreyInsteadOfAPattern() {
    byte[] rgb = new byte[90 * 90 * 3];
    for (int i = 0; i < 90 * 90; i++) {
      Arrays.fill(rgb, i * 3, i * 3 + 3, (byte) (i % 2 == 0 ? 0 : 255));
    }

    RgbImage small = CoverResize.apply(RgbImage.of(90, 90, rgb), new ImageSize(20, 20));

    for (int x = 2; x < 18; x++) {
      assertThat(red(small, x, 10)).isBetween(115, 140);
    }
  }

  @Test
  void anEdgeIsSharpenedWithinTheRangeOfBytes() {
    byte[] rgb = new byte[8 * 8 * 3];
    for (int i = 0; i < 64; i++) {
      Arrays.fill(rgb, i * 3, i * 3 + 3, (byte) (i % 8 < 4 ? 0 : 255));
    }

    RgbImage large = CoverResize.apply(RgbImage.of(8, 8, rgb), new ImageSize(32, 32));

    assertThat(red(large, 0, 5)).isZero();
    assertThat(red(large, 31, 5)).isEqualTo(255);
    assertThat(red(large, 15, 5)).isLessThan(128);
  }

  @Test
  void anImageOfTheSizeIsLeftAlone() {
    RgbImage image = columns(6, 4);

    assertThat(CoverResize.apply(image, new ImageSize(6, 4))).isSameAs(image);
  }

  @Test
  void anImageOfOnePixelFillsAnySize() {
    RgbImage grey = RgbImage.of(1, 1, new byte[] {7, 7, 7});

    assertThat(CoverResize.apply(grey, new ImageSize(9, 5)).rgb()).containsOnly(7);
  }

  @Test
  void whereAFrameIsWiderThanTheImageItsEdgeIsRepeated() {
    RgbImage framed =
        CoverResize.framed(columns(20, 10), new ImageSize(20, 10), new ImageSize(40, 10));

    assertThat(red(framed, 0, 5)).isZero();
    assertThat(red(framed, 20, 5)).isBetween(9, 11);
    assertThat(red(framed, 39, 5)).isEqualTo(19);
  }
}
