package dev.sana4j.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an image is encoded into bytes, and which metadata is written with it.
 *
 * @param format PNG, JPEG or WebP
 * @param quality quality of JPEG and WebP, 1 to 100; PNG is lossless and ignores it
 * @param texts text by keyword, stored in PNG files only
 * @param source the origin that the metadata states, in all formats; null for none
 */
public record ImageEncoding(
    ImageFormat format, int quality, Map<String, String> texts, @Nullable DigitalSource source) {

  /** The quality that file writers use by default. */
  public static final int DEFAULT_QUALITY = 95;

  /** Checks the quality. */
  public ImageEncoding {
    texts = Map.copyOf(texts);
    if (quality < 1 || quality > 100) {
      throw new ImageException("quality " + quality + " is out of range; expected 1 to 100");
    }
  }

  /**
   * Encodes an image.
   *
   * @param image the image
   * @return the content of an image file
   * @throws ImageException if the image or the texts do not fit the format, or this platform cannot
   *     write the format
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
      case PNG -> file; // already in the texts
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
