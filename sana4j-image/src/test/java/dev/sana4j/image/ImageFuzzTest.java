package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Any bytes are an image or are rejected. */
class ImageFuzzTest {
  /** Limits the size, since larger images only take longer. */
  private static final int MAX_SIDE = 512;

  @FuzzTest
  void imagesAreReadOrRefused(byte[] content) {
    ImageSource source = source(content);
    try {
      ImageSize size = ImageDecoder.size(source);
      if (size.width() <= MAX_SIDE && size.height() <= MAX_SIDE) {
        RgbImage image = ImageDecoder.decode(source);
        assertThat(image.width()).isEqualTo(size.width());
        assertThat(image.height()).isEqualTo(size.height());
      }
    } catch (ImageException e) {
      assertThat(e.getMessage()).startsWith(source.toString());
    }
  }

  private static ImageSource source(byte[] content) {
    return new ImageSource() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(content);
      }

      @Override
      public String toString() {
        return "fuzzed";
      }
    };
  }
}
