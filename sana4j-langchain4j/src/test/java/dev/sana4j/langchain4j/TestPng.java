package dev.sana4j.langchain4j;

import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import java.util.Base64;
import java.util.Map;

/** Images in base64. */
final class TestPng {
  private TestPng() {}

  static String base64(RgbImage image) {
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }
}
