package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeDetectorTest {
  private static RgbImage grey(int width, int height, IntBinaryOperator brightness) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      rgb[i] = (byte) brightness.applyAsInt(pixel % width, pixel / width);
    }
    return RgbImage.of(width, height, rgb);
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(1).nextBytes(rgb);
    return RgbImage.of(width, height, rgb);
  }

  private static int at(RgbImage image, int x, int y) {
    return image.rgb()[(y * image.width() + x) * 3] & 0xFF;
  }

  /** Returns the positions of lines in a row. */
  private static List<Integer> lines(RgbImage image, int y) {
    List<Integer> found = new ArrayList<>();
    for (int x = 0; x < image.width(); x++) {
      if (at(image, x, y) == 255) {
        found.add(x);
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 255})
  void aFlatImageHasNoEdges(int brightness) {
    RgbImage flat = grey(7, 5, (x, y) -> brightness);
    assertThat(EdgeDetector.sobel(flat).rgb()).containsOnly(0);
    assertThat(EdgeDetector.canny(flat).rgb()).containsOnly(0);
  }

  @Test
  void anEdgeBetweenBlackAndWhiteHasFullStrengthOnBothSides() {
    RgbImage edges = EdgeDetector.sobel(grey(8, 4, (x, y) -> x < 4 ? 0 : 255));
    for (int y = 0; y < 4; y++) {
      assertThat(lines(edges, y)).containsExactly(3, 4);
      assertThat(at(edges, 2, y)).isZero();
    }
  }

  @Test
  void softEdgesAreAsStrongAsTheirContrast() {
    RgbImage edges = EdgeDetector.sobel(grey(8, 4, (x, y) -> x < 4 ? 100 : 150));
    assertThat(at(edges, 3, 1)).isEqualTo(50);
  }

  @Test
  void edgesAreTurnedWithTheImage() {
    RgbImage across = EdgeDetector.sobel(grey(9, 9, (x, y) -> x * x * 3 + y));
    RgbImage down = EdgeDetector.sobel(grey(9, 9, (x, y) -> y * y * 3 + x));
    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 9; x++) {
        assertThat(at(down, y, x)).isEqualTo(at(across, x, y));
      }
    }
  }

  @Test
  void theOutlineOfASquareIsAClosedLineOnePixelWide() {
    RgbImage edges =
        EdgeDetector.canny(grey(20, 20, (x, y) -> x >= 6 && x < 14 && y >= 6 && y < 14 ? 255 : 0));
    for (int y = 8; y < 12; y++) {
      assertThat(lines(edges, y)).hasSize(2);
      assertThat(lines(edges, y).get(0)).isBetween(5, 6);
      assertThat(lines(edges, y).get(1)).isBetween(13, 14);
    }
    assertThat(lines(edges, 10)).isEqualTo(lines(edges, 9));
    assertThat(lines(edges, 2)).isEmpty();
    assertThat(edges.rgb()).containsOnly(0, 255);
  }

  @Test
  void aDiagonalLineIsThin() {
    RgbImage edges = EdgeDetector.canny(grey(24, 24, (x, y) -> x < y ? 0 : 255));
    for (int y = 6; y < 18; y++) {
      assertThat(lines(edges, y)).hasSizeBetween(1, 2);
    }
  }

  @Test
  void weakLinesAreKeptOnlyWhereTheyGoOnFromStrongOnes() {
    // An edge that fades from top to bottom, and one that is equally weak everywhere.
    RgbImage fading = grey(20, 44, (x, y) -> x < 10 ? 0 : 255 - 5 * y);
    RgbImage edges = EdgeDetector.canny(fading, 8, 60);
    assertThat(lines(edges, 42)).hasSize(1).isEqualTo(lines(edges, 2));
    RgbImage weak = grey(20, 44, (x, y) -> x < 10 ? 0 : 45);
    assertThat(EdgeDetector.canny(weak, 8, 60).rgb()).containsOnly(0);
    assertThat(EdgeDetector.canny(weak, 8, 8).rgb()).contains(255);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,9", "9,1", "2,2", "3,1"})
  void anImageOfAnySizeKeepsIt(int width, int height) {
    RgbImage image = noise(width, height);
    assertThat(EdgeDetector.sobel(image).size()).isEqualTo(image.size());
    assertThat(EdgeDetector.canny(image).size()).isEqualTo(image.size());
  }

  @Test
  void coloursOfOneBrightnessCountAsGreyDoes() {
    byte[] rgb = new byte[8 * 3];
    for (int x = 0; x < 8; x++) {
      rgb[3 * x] = (byte) (x < 4 ? 0 : 255);
    }
    RgbImage edges = EdgeDetector.sobel(RgbImage.of(8, 1, rgb));
    assertThat(at(edges, 3, 0)).isEqualTo(Math.round(0.299f * 255));
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "2,1", "NaN,1", "1,NaN", "1,Infinity"})
  void thresholdsThatDoNotRiseAreRefused(double weak, double strong) {
    RgbImage image = noise(3, 3);
    assertThatThrownBy(() -> EdgeDetector.canny(image, weak, strong))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("thresholds");
  }
}
