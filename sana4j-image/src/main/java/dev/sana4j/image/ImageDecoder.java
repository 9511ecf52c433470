package dev.sana4j.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes one image file after checking the size in its header. */
final class ImageDecoder {

  static {
    Headless.ensure();
  }

  static final long MAX_FILE_BYTES = 512L << 20;

  /** Limits a decoded image to 402 MB of bytes. */
  static final int MAX_PIXELS = 1 << 27;

  private static final int CMYK_CHANNELS = 4;

  private static final int MAGIC_BYTES = 12;

  /**
   * The JPEG reader only warns about missing data, with this text, and fills the rest with grey.
   */
  private static final String CUT_SHORT = "Truncated File";

  private final ImageSource file;

  private ImageDecoder(ImageSource file) {
    this.file = file;
  }

  /** One way to read a file. */
  private interface Reading<T> {
    T run(ImageDecoder decoder) throws IOException;
  }

  static RgbImage decode(ImageSource file) {
    return run(file, decoder -> decoder.decode(OpaquePixels::of));
  }

  static RgbImage decodeMask(ImageSource file) {
    return run(file, decoder -> decoder.decode(OpaquePixels::maskOf));
  }

  static ImageSize size(ImageSource file) {
    return run(file, ImageDecoder::size);
  }

  private static <T> T run(ImageSource file, Reading<T> reading) {
    try {
      return reading.run(new ImageDecoder(file));
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decoders throw exceptions of any kind for damaged data.
      throw new ImageException(file + " is damaged or not supported (" + detail(e) + ")", e);
    } catch (LinkageError e) {
      throw new ImageException(
          "this platform has no native library to read " + file + "; convert the image to PNG", e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(file + " does not fit into the Java heap; raise -Xmx", e);
    }
  }

  private RgbImage decode(Function<BufferedImage, RgbImage> conversion) throws IOException {
    ImageFormat format = sniff();
    BufferedImage image;
    try (InputStream in = file.open()) {
      if (format == ImageFormat.WEBP) {
        WebPFrame frame = WebPFrame.read(in, file);
        image = frame.onCanvas(decode(format, new ByteArrayInputStream(frame.toFile())));
      } else {
        image = decode(format, in);
      }
    }
    return Orientation.of(format, file).upright(conversion.apply(image));
  }

  private BufferedImage decode(ImageFormat format, InputStream in) throws IOException {
    ImageReader reader = reader(format);
    try (var stream = new MemoryCacheImageInputStream(in)) {
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      var cutShort = new AtomicBoolean();
      reader.addIIOReadWarningListener(
          (source, warning) -> cutShort.compareAndSet(false, warning.startsWith(CUT_SHORT)));
      checkColours(reader, format);
      BufferedImage image = pixels(reader);
      if (cutShort.get()) {
        throw new ImageException(file + " is damaged: the file is cut short");
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private ImageSize size() throws IOException {
    ImageFormat format = sniff();
    if (format == ImageFormat.WEBP) {
      try (InputStream in = file.open()) {
        return Orientation.of(format, file).upright(WebPFrame.size(in, file));
      }
    }
    ImageReader reader = reader(format);
    try (InputStream in = file.open();
        var stream = new MemoryCacheImageInputStream(in)) {
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      return Orientation.of(format, file)
          .upright(new ImageSize(reader.getWidth(0), reader.getHeight(0)));
    } finally {
      reader.dispose();
    }
  }

  /** Rejects CMYK. The JPEG reader does not support it and would call the file damaged. */
  private void checkColours(ImageReader reader, ImageFormat format) throws IOException {
    if (format == ImageFormat.JPEG) {
      ImageTypeSpecifier type = reader.getRawImageType(0);
      if (type == null || type.getNumBands() == CMYK_CHANNELS) {
        throw new ImageException(
            file + " is a JPEG with CMYK or other print colours; convert it to RGB");
      }
    }
  }

  private static BufferedImage pixels(ImageReader reader) throws IOException {
    ImageReadParam settings = reader.getDefaultReadParam();
    try {
      return reader.read(0, settings);
    } finally {
      // The WebP reader passes a pointer from the settings to native code.
      Reference.reachabilityFence(settings);
    }
  }

  private ImageFormat sniff() throws IOException {
    byte[] magic;
    try (InputStream in = file.open()) {
      magic = in.readNBytes(MAGIC_BYTES);
    }
    String text = new String(magic, StandardCharsets.ISO_8859_1);
    if (text.startsWith(PngTexts.SIGNATURE)) {
      return ImageFormat.PNG;
    }
    if (text.startsWith("\u00FF\u00D8\u00FF")) {
      return ImageFormat.JPEG;
    }
    if (text.startsWith("RIFF") && text.endsWith("WEBP") && magic.length == MAGIC_BYTES) {
      return ImageFormat.WEBP;
    }
    throw new ImageException(file + " is not a PNG, JPEG or WebP image");
  }

  private static ImageReader reader(ImageFormat format) throws IOException {
    return switch (format) {
      case PNG -> ImageIO.getImageReadersByFormatName("png").next();
      case JPEG -> ImageIO.getImageReadersByFormatName("jpeg").next();
      case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
    };
  }

  /**
   * Checks the size that a header states before anything is decoded.
   *
   * @throws ImageException if a side or the number of pixels is out of range
   */
  static void checkSize(ImageSource file, int width, int height) {
    if (width < 1 || height < 1 || width > ImageSize.MAX_SIDE || height > ImageSize.MAX_SIDE) {
      throw new ImageException(
          file
              + " has a header that states "
              + width
              + "x"
              + height
              + " pixels; expected sides of 1 to "
              + ImageSize.MAX_SIDE);
    }
    if ((long) width * height > MAX_PIXELS) {
      throw new ImageException(
          file
              + " has "
              + width
              + "x"
              + height
              + " pixels; at most "
              + (MAX_PIXELS >> 20)
              + " MiPixels are supported");
    }
  }

  private static String detail(Exception e) {
    return Arrays.stream(String.valueOf(e.getMessage()).split("\\R", 2))
        .findFirst()
        .filter(line -> !line.equals("null"))
        .orElse(e.getClass().getSimpleName());
  }
}
