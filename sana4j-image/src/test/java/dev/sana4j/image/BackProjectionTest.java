package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackProjectionTest {
  private static final ImageSize SMALL = new ImageSize(24, 16);
  private static final ImageSize LARGE = new ImageSize(48, 32);

  private interface Level {
    double at(int x, int y);
  }

  private static RgbImage image(ImageSize size, Level level) {
    byte[] rgb = new byte[size.width() * size.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      rgb[i] = (byte) Math.round(level.at(pixel % size.width(), pixel / size.width()));
    }
    return RgbImage.of(size.width(), size.height(), rgb);
  }

  private static RgbImage smooth() {
    return image(SMALL, (x, y) -> 128 + 40 * Math.sin(x / 4.0) * Math.cos(y / 3.0));
  }

  private static int largestDifference(RgbImage a, RgbImage b) {
    byte[] first = a.rgb();
    byte[] second = b.rgb();
    int most = 0;
    for (int i = 0; i < first.length; i++) {
      most = Math.max(most, Math.abs((first[i] & 0xFF) - (second[i] & 0xFF)));
    }
    return most;
  }

  @Test
  void aShiftOfColoursIsTakenBack() {
    RgbImage image = smooth();
    byte[] shifted = CoverResize.apply(image, LARGE).rgb();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = (byte) (shifted[i] + (i % 3 == 0 ? 30 : -20));
    }
    RgbImage corrected =
        BackProjection.apply(RgbImage.of(LARGE.width(), LARGE.height(), shifted), image);
    assertThat(largestDifference(corrected, CoverResize.apply(image, LARGE))).isLessThan(3);
  }

  @Test
  void detailsThatTheSmallImageCannotShowStay() {
    RgbImage checked = image(LARGE, (x, y) -> (x + y) % 2 == 0 ? 148 : 108);
    RgbImage grey = image(SMALL, (x, y) -> 128);
    assertThat(largestDifference(BackProjection.apply(checked, grey), checked)).isLessThan(3);
  }

  @Test
  void valuesStayWithinTheirRange() {
    RgbImage black = image(SMALL, (x, y) -> 0);
    RgbImage white = image(SMALL, (x, y) -> 255);
    RgbImage stripes = image(LARGE, (x, y) -> x % 2 == 0 ? 28 : 228);
    assertThat(BackProjection.apply(stripes, black).rgb()).contains((byte) 0);
    assertThat(BackProjection.apply(stripes, white).rgb()).contains((byte) 255);
  }
}
