package dev.sana4j.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How images become bytes, with what is said about them.
 *
 * @param format PNG, JPEG or WebP
 * @param quality of JPEG and WebP, 1 to 100; a PNG loses nothing
 * @param texts keyword to text, kept in a PNG; the other formats drop them
 * @param source what kind of image the metadata calls it, in every format; null to say nothing
 */
public record ImageEncoding(
    ImageFormat format, int quality, Map<String, String> texts, @Nullable DigitalSource source) {

  /** The quality of files whose writer names none. */
  public static final int DEFAULT_QUALITY = 95;

  /** Checks the quality. */
  public ImageEncoding {
    texts = Map.copyOf(texts);
    if (quality < 1 || quality > 100) {
      throw new ImageException("quality " + quality + " is not between 1 and 100");
    }
  }

  /**
   * Bytes of an image.
   *
   * @param image the image
   * @return a whole file
   * @throws ImageException if the image or the texts do not fit the format, or this platform cannot
   *     write it
   */
  public byte[] bytes(RgbImage image) {
    ImageEncoder.checkAvailable(format);
    var out = new ByteArrayOutputStream();
    try {
      ImageEncoder.of(format, image, allTexts(), quality).encode(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    byte[] file = out.toByteArray();
    if (source == null) {
      return file;
    }
    return switch (format) {
      case PNG -> file; // among its texts
      case JPEG -> XmpPacket.intoJpeg(file, XmpPacket.of(source));
      case WEBP -> XmpPacket.intoWebP(file, XmpPacket.of(source), image.size());
    };
  }

  private Map<String, String> allTexts() {
    if (format != ImageFormat.PNG || source == null) {
      return format == ImageFormat.PNG ? texts : Map.of();
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put(XmpPacket.PNG_KEYWORD, XmpPacket.of(source));
    all.putAll(texts);
    return all;
  }
}
