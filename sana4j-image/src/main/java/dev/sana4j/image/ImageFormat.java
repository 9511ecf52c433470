package dev.sana4j.image;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The formats of image files that sana4j writes. It reads more, see {@link ImageFiles#read(Path)}.
 */
public enum ImageFormat {
  /** Lossless; the only format that stores texts. */
  PNG,
  /** Lossy, supported everywhere. */
  JPEG,
  /** Lossy, smaller than JPEG. */
  WEBP;

  /**
   * Returns the format of a file's extension: png, jpg, jpeg or webp, in upper or lower case.
   *
   * @param file a file name; the file need not exist
   * @return the format
   * @throws ImageException if the extension is missing or different
   */
  public static ImageFormat of(Path file) {
    Path fileName = file.getFileName();
    String name = fileName == null ? "" : fileName.toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (name.contains(".") ? extension : "") {
      case "png" -> PNG;
      case "jpg", "jpeg" -> JPEG;
      case "webp" -> WEBP;
      default ->
          throw new ImageException(
              "the file name "
                  + file
                  + " has no known image extension; end it in .png, .jpg or .webp");
    };
  }
}
