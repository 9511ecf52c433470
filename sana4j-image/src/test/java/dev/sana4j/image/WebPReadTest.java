package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads WebP files made with libwebp 1.2.4 (cwebp, webpmux). Pixel (x, y) of the lossless ones has
 * the colour (16 x, 16 y, 128); with alpha it has the opacity 17 x.
 */
class WebPReadTest {
  private static final int WIDTH = 16;
  private static final int HEIGHT = 12;

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = WebPReadTest.class.getResourceAsStream("webp/" + name + ".webp")) {
      return in.readAllBytes();
    }
  }

  private static ImageSource source(byte[] bytes) {
    return ImageSource.of("upload", bytes);
  }

  private static ImageSource source(String name) throws IOException {
    return source(bytes(name));
  }

  private static int[] pixel(RgbImage image, int x, int y) {
    int[] pixel = new int[3];
    for (int i = 0; i < 3; i++) {
      pixel[i] = image.rgb()[3 * (y * image.width() + x) + i] & 0xFF;
    }
    return pixel;
  }

  private static int overWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lossless", "animation"})
  void losslessPixelsAreExact(String name) throws IOException {
    RgbImage image = ImageFiles.read(source(name));

    assertThat(image.size()).isEqualTo(new ImageSize(WIDTH, HEIGHT));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(pixel(image, x, y)).containsExactly(16 * x, 16 * y, 128);
      }
    }
  }

  @Test
  void transparentPixelsLieOverWhite() throws IOException {
    RgbImage image = ImageFiles.read(source("lossless-alpha"));

    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(pixel(image, x, y))
            .containsExactly(
                overWhite(16 * x, 17 * x), overWhite(16 * y, 17 * x), overWhite(128, 17 * x));
      }
    }
  }

  /** The colour (200, 100, 50) at opacity 128, up to what lossy coding changes. */
  @Test
  void lossyColoursWithAlphaLieOverWhite() throws IOException {
    RgbImage image = ImageFiles.read(source("lossy-alpha"));

    int[] pixel = pixel(image, 7, 5);
    int[] expected = {overWhite(200, 128), overWhite(100, 128), overWhite(50, 128)};
    for (int i = 0; i < 3; i++) {
      assertThat(pixel[i]).isBetween(expected[i] - 4, expected[i] + 4);
    }
  }

  @ParameterizedTest
  @CsvSource({"lossless-alpha, 0, 255", "lossless-alpha, 15, 0", "lossy-alpha, 3, 127"})
  void transparencyIsTheMask(String name, int x, int expected) throws IOException {
    assertThat(pixel(ImageFiles.readMask(source(name)), x, 6))
        .containsExactly(expected, expected, expected);
  }

  /** A frame of 8 x 6 at (4, 2), coloured by coordinates within the frame. */
  @Test
  void aFrameThatIsSmallerThanItsAnimationLiesAtItsPlace() throws IOException {
    RgbImage image = ImageFiles.read(source("animation-in-part"));

    assertThat(image.size()).isEqualTo(new ImageSize(WIDTH, HEIGHT));
    assertThat(pixel(image, 4, 2)).containsExactly(0, 0, 128);
    assertThat(pixel(image, 11, 7)).containsExactly(16 * 7, 16 * 5, 128);
    assertThat(pixel(image, 3, 2)).containsExactly(255, 255, 255);
    assertThat(pixel(image, 12, 7)).containsExactly(255, 255, 255);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lossless", "lossless-alpha", "lossy-alpha", "animation", "animation-in-part"})
  void theHeadOfAFileContainsTheSize(String name) throws IOException {
    byte[] head = Arrays.copyOf(bytes(name), 30);

    assertThat(ImageFiles.size(source(head))).isEqualTo(new ImageSize(WIDTH, HEIGHT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lossless", "lossless-alpha", "lossy-alpha"})
  void aFileThatIsCutShortIsRefused(String name) throws IOException {
    byte[] whole = bytes(name);
    for (int length = 12; length < whole.length - 2; length++) {
      assertRefused(Arrays.copyOf(whole, length), "damaged");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lossless", "lossless-alpha", "lossy-alpha", "animation", "animation-in-part"})
  void scrambledFilesAreAnImageOrRefused(String name) throws IOException {
    var random = new Random(5);
    byte[] whole = bytes(name);
    for (int round = 0; round < 500; round++) {
      byte[] scrambled = whole.clone();
      for (int i = 0; i < 3; i++) {
        scrambled[12 + random.nextInt(scrambled.length - 12)] = (byte) random.nextInt();
      }
      ImageSource source = source(scrambled);
      try {
        ImageSize size = ImageFiles.size(source);
        if (size.width() * size.height() <= 1 << 20) {
          assertThat(ImageFiles.read(source).size()).isEqualTo(size);
        }
      } catch (ImageException e) {
        assertThat(e).hasMessageStartingWith("upload ").message().hasLineCount(1);
      }
    }
  }

  /** The canvas is 16 million by 1, the frame 16384 by 16384. */
  @Test
  void hugeSizesAreRefusedBeforeDecoding() throws IOException {
    byte[] canvas = bytes("animation");
    Arrays.fill(canvas, 24, 27, (byte) 0xFF);
    assertRefused(canvas, "16777216x12 pixels");

    byte[] pixels = bytes("lossless");
    Arrays.fill(pixels, 21, 24, (byte) 0xFF);
    pixels[24] = 0x0F;
    assertRefused(pixels, "at most 128 MiPixels are supported");
    assertThatThrownBy(() -> ImageFiles.size(source(pixels)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("128 MiPixels");
  }

  @Test
  void aFrameOutsideOfItsCanvasIsRefused() throws IOException {
    byte[] moved = bytes("animation-in-part");
    moved[52] = 5;
    assertRefused(moved, "does not fit its canvas");

    byte[] still = bytes("lossy-alpha");
    still[24]++;
    assertRefused(still, "does not fit its canvas");
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> ImageFiles.read(source(bytes)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("upload ")
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }
}
