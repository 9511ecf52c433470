package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskBlendTest {
  private static RgbImage plain(int width, int height, int level) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) level);
    return RgbImage.of(width, height, rgb);
  }

  private static int red(RgbImage image, int x, int y) {
    return image.rgb()[(y * image.width() + x) * 3] & 0xFF;
  }

  /** Returns a mask that is white from a column on. */
  private static RgbImage mask(int width, int height, int column) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % width >= column ? 255 : 0);
    }
    return RgbImage.of(width, height, rgb);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 100})
  void pixelsOutsideTheMaskStayAsTheyAre(int feather) {
    RgbImage old = TrainingImages.noise(16, 8);
    RgbImage blend = MaskBlend.apply(old, plain(16, 8, 77), mask(16, 8, 10), feather);
    for (int y = 0; y < 8; y++) {
      int row = y * 16 * 3;
      assertThat(Arrays.copyOfRange(blend.rgb(), row, row + 30))
          .isEqualTo(Arrays.copyOfRange(old.rgb(), row, row + 30));
    }
  }

  @Test
  void withoutFeatherTheNewImageFillsTheMask() {
    RgbImage blend = MaskBlend.apply(plain(8, 2, 0), plain(8, 2, 200), mask(8, 2, 5), 0);
    assertThat(red(blend, 4, 1)).isZero();
    assertThat(red(blend, 5, 1)).isEqualTo(200);
  }

  @Test
  void featherFadesInwardsAndEndsInTheNewImage() {
    RgbImage blend = MaskBlend.apply(plain(12, 3, 0), plain(12, 3, 200), mask(12, 3, 4), 3);
    assertThat(IntStream.of(3, 4, 5, 6, 7, 11).map(x -> red(blend, x, 1)))
        .containsExactly(0, 50, 100, 150, 200, 200);
  }

  @Test
  void featherFadesAroundAHoleInEveryDirection() {
    byte[] hole = new byte[11 * 11 * 3];
    Arrays.fill(hole, (byte) 255);
    Arrays.fill(hole, (5 * 11 + 5) * 3, (5 * 11 + 5) * 3 + 3, (byte) 0);
    RgbImage blend =
        MaskBlend.apply(plain(11, 11, 0), plain(11, 11, 200), RgbImage.of(11, 11, hole), 3);
    for (int[] beside : new int[][] {{4, 5}, {6, 5}, {5, 4}, {5, 6}}) {
      assertThat(red(blend, beside[0], beside[1])).isEqualTo(50);
    }
    for (int[] diagonal : new int[][] {{4, 4}, {6, 4}, {4, 6}, {6, 6}}) {
      assertThat(red(blend, diagonal[0], diagonal[1])).isEqualTo(71);
    }
    assertThat(red(blend, 0, 0)).isEqualTo(200);
  }

  @Test
  void aWhiteMaskHasNoEdgeToFadeAt() {
    RgbImage made = TrainingImages.noise(6, 6);
    assertThat(MaskBlend.apply(plain(6, 6, 9), made, plain(6, 6, 255), 5).rgb())
        .isEqualTo(made.rgb());
  }

  @Test
  void greyMixes() {
    RgbImage blend = MaskBlend.apply(plain(1, 1, 100), plain(1, 1, 200), plain(1, 1, 51), 0);
    assertThat(red(blend, 0, 0)).isEqualTo(120);
  }
}
