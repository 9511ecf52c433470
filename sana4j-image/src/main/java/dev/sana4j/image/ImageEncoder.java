package dev.sana4j.image;

import com.luciad.imageio.webp.WebPImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Encodes one image into a file format. */
final class ImageEncoder {

  static {
    Headless.ensure();
  }

  /** The WebP format stores a side in 14 bits. */
  private static final int MAX_WEBP_SIDE = 16383;

  private static final String PNG_TREE = "javax_imageio_png_1.0";

  private final ImageFormat format;
  private final RgbImage image;
  private final Map<String, String> texts;
  private final int quality;

  private ImageEncoder(ImageFormat format, RgbImage image, Map<String, String> texts, int quality) {
    this.format = format;
    this.image = image;
    this.texts = texts;
    this.quality = quality;
  }

  /**
   * Checks that the format can be written here. WebP needs a native library that some platforms
   * lack.
   */
  static void checkAvailable(ImageFormat format) {
    try {
      ImageWriter writer = writer(format);
      writer.getDefaultWriteParam();
      writer.dispose();
    } catch (IOException | LinkageError e) {
      throw new ImageException(
          "this platform has no native library to write " + format + "; write a .png file", e);
    }
  }

  static ImageEncoder of(
      ImageFormat format, RgbImage image, Map<String, String> texts, int quality) {
    if (format == ImageFormat.WEBP && Math.max(image.width(), image.height()) > MAX_WEBP_SIDE) {
      throw new ImageException(
          "a side of a WebP image is at most "
              + MAX_WEBP_SIDE
              + " pixels, but the image is "
              + image.size()
              + "; write a .png file");
    }
    if (format == ImageFormat.PNG) {
      PngTexts.check(texts);
    }
    return new ImageEncoder(format, image, texts, quality);
  }

  void encode(OutputStream out) throws IOException {
    ImageWriter writer = writer(format);
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      BufferedImage pixels = image.toBufferedImage();
      ImageWriteParam settings = settings(writer);
      writer.write(null, new IIOImage(pixels, null, metadata(writer, settings, pixels)), settings);
    } finally {
      writer.dispose();
    }
  }

  private static ImageWriter writer(ImageFormat format) throws IOException {
    return switch (format) {
      case PNG -> JdkCodecs.writer("png");
      case JPEG -> JdkCodecs.writer("jpeg");
      case WEBP -> new WebPImageWriterSpi().createWriterInstance(null);
    };
  }

  private ImageWriteParam settings(ImageWriter writer) {
    ImageWriteParam settings = writer.getDefaultWriteParam();
    if (format != ImageFormat.PNG) {
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionType(format == ImageFormat.WEBP ? "Lossy" : "JPEG");
      settings.setCompressionQuality(quality / 100f);
    }
    return settings;
  }

  private @Nullable IIOMetadata metadata(
      ImageWriter writer, ImageWriteParam settings, BufferedImage pixels) throws IOException {
    if (format != ImageFormat.PNG || texts.isEmpty()) {
      return null;
    }
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(pixels), settings);
    var latin = new IIOMetadataNode("tEXt");
    var international = new IIOMetadataNode("iTXt");
    texts.forEach(
        (keyword, text) -> {
          if (PngText.isLatin(keyword, text)) {
            latin.appendChild(latin(keyword, text));
          } else {
            international.appendChild(international(keyword, text));
          }
        });
    var root = new IIOMetadataNode(PNG_TREE);
    root.appendChild(latin);
    root.appendChild(international);
    metadata.mergeTree(PNG_TREE, root);
    return metadata;
  }

  private static IIOMetadataNode latin(String keyword, String text) {
    var entry = new IIOMetadataNode("tEXtEntry");
    entry.setAttribute("keyword", keyword);
    entry.setAttribute("value", text);
    return entry;
  }

  private static IIOMetadataNode international(String keyword, String text) {
    var entry = new IIOMetadataNode("iTXtEntry");
    entry.setAttribute("keyword", keyword);
    entry.setAttribute("compressionFlag", "FALSE");
    entry.setAttribute("compressionMethod", "0");
    entry.setAttribute("languageTag", "");
    entry.setAttribute("translatedKeyword", "");
    entry.setAttribute("text", text);
    return entry;
  }
}
