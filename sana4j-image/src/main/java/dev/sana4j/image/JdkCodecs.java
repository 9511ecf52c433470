package dev.sana4j.image;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;

/**
 * The readers and writers of the JDK. Other libraries on the class path may register theirs before
 * them, which would change the pixels and the bytes of files.
 */
final class JdkCodecs {

  private static final String PACKAGE = "com.sun.imageio.";

  private JdkCodecs() {}

  /** Returns a new reader, which the caller disposes. */
  static ImageReader reader(String format) throws IOException {
    return ours(ImageIO.getImageReadersByFormatName(format), format);
  }

  /** Returns a new writer, which the caller disposes. */
  static ImageWriter writer(String format) throws IOException {
    return ours(ImageIO.getImageWritersByFormatName(format), format);
  }

  private static <T> T ours(Iterator<T> all, String format) throws IOException {
    while (all.hasNext()) {
      T codec = all.next();
      if (codec.getClass().getName().startsWith(PACKAGE)) {
        return codec;
      }
    }
    throw new IOException("this JDK has no support for " + format);
  }
}
