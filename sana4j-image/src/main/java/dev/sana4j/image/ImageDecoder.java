package dev.sana4j.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes one image file after checking the size in its header. */
final class ImageDecoder {

  static {
    Headless.ensure();
  }

  static final long MAX_FILE_BYTES = 512L << 20;

  /** Limits a decoded image to 402 MB of bytes. */
  static final int MAX_PIXELS = 1 << 27;

  private static final int INKS = 4;

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
    StoredFormat format = sniff();
    if (format == StoredFormat.TIFF) {
      return decodeTiff(conversion);
    }
    return Orientation.of(format, file).upright(conversion.apply(decode(format)));
  }

  private BufferedImage decode(StoredFormat format) throws IOException {
    try (InputStream in = file.open()) {
      return switch (format) {
        case PNG -> read(JdkCodecs.reader("png"), in);
        case BMP -> read(JdkCodecs.reader("bmp"), in);
        case GIF -> gifPlace().onCanvas(read(JdkCodecs.reader("gif"), in));
        case JPEG -> decodeJpeg(file);
        case WEBP -> {
          WebPFrame frame = WebPFrame.read(in, file);
          var pixels = new ByteArrayInputStream(frame.toFile());
          ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
          yield frame.place().onCanvas(read(reader, pixels));
        }
        case TIFF -> throw new IllegalArgumentException("TIFF has its own method");
      };
    }
  }

  private BufferedImage decodeJpeg(ImageSource jpeg) throws IOException {
    JpegHeader header;
    try (InputStream in = jpeg.open()) {
      header = JpegHeader.read(in);
    }
    try (InputStream in = jpeg.open()) {
      ImageReader reader = JdkCodecs.reader("jpeg");
      if (header.components() != INKS) {
        return read(reader, in);
      }
      Raster stored = read(reader, new MemoryCacheImageInputStream(in), r -> r.readRaster(0, null));
      return PrintColours.ofJpeg(stored, header);
    }
  }

  private RgbImage decodeTiff(Function<BufferedImage, RgbImage> conversion) throws IOException {
    TiffFile tiff;
    try (InputStream in = file.open()) {
      tiff = TiffFile.read(in, file);
    }
    BufferedImage image =
        tiff.isOldJpeg()
            ? decodeJpeg(tiff.oldJpeg())
            : read(
                new TIFFImageReaderSpi().createReaderInstance(null),
                new ByteArrayImageInputStream(tiff.toFile()),
                ImageDecoder::pixels);
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      image = PrintColours.of(image, tiff.profile());
    }
    return tiff.orientation().upright(conversion.apply(image));
  }

  private BufferedImage read(ImageReader reader, InputStream in) throws IOException {
    return read(reader, new MemoryCacheImageInputStream(in), ImageDecoder::pixels);
  }

  /** Reads the pixels after the size was checked. */
  private interface Pixels<T> {
    T read(ImageReader reader) throws IOException;
  }

  private <T> T read(ImageReader reader, ImageInputStream stream, Pixels<T> pixels)
      throws IOException {
    try (stream) {
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      var cutShort = new AtomicBoolean();
      reader.addIIOReadWarningListener(
          (source, warning) -> cutShort.compareAndSet(false, warning.startsWith(CUT_SHORT)));
      T read = pixels.read(reader);
      if (cutShort.get()) {
        throw new ImageException(file + " is damaged: the file is cut short");
      }
      return read;
    } finally {
      reader.dispose();
    }
  }

  private ImageSize size() throws IOException {
    StoredFormat format = sniff();
    try (InputStream in = file.open()) {
      return switch (format) {
        case PNG -> upright(format, size(JdkCodecs.reader("png"), in));
        case JPEG -> upright(format, size(JdkCodecs.reader("jpeg"), in));
        case WEBP -> upright(format, WebPFrame.size(in, file));
        case BMP -> size(JdkCodecs.reader("bmp"), in);
        case GIF -> GifFrame.read(in, file).canvas();
        case TIFF -> {
          TiffFile tiff = TiffFile.read(in, file);
          yield tiff.orientation().upright(tiff.size());
        }
      };
    }
  }

  private ImageSize upright(StoredFormat format, ImageSize stored) throws IOException {
    return Orientation.of(format, file).upright(stored);
  }

  private ImageSize size(ImageReader reader, InputStream in) throws IOException {
    try (var stream = new MemoryCacheImageInputStream(in)) {
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      return new ImageSize(reader.getWidth(0), reader.getHeight(0));
    } finally {
      reader.dispose();
    }
  }

  private FramePlace gifPlace() throws IOException {
    try (InputStream in = file.open()) {
      return GifFrame.read(in, file);
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

  private StoredFormat sniff() throws IOException {
    byte[] head = head();
    return StoredFormat.of(head)
        .orElseThrow(() -> new ImageException(file + " " + StoredFormat.describe(head)));
  }

  private byte[] head() throws IOException {
    try (InputStream in = file.open()) {
      return in.readNBytes(StoredFormat.HEAD_BYTES);
    }
  }

  /** Returns whether the first bytes are those of an image; the rest may be damaged. */
  static boolean isImage(ImageSource file) throws IOException {
    return StoredFormat.of(new ImageDecoder(file).head()).isPresent();
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
