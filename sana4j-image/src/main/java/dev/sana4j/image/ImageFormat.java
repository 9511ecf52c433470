package dev.sana4j.image;

import java.nio.file.Path;
import java.util.Locale;

/** The kinds of image files that are written and read. */
public enum ImageFormat {
  /** Lossless, and the only kind that carries texts. */
  PNG,
  /** Lossy, read everywhere. */
  JPEG,
  /** Lossy, smaller than JPEG. */
  WEBP;

  /**
   * Chooses the format by a file's extension: png, jpg, jpeg or webp, in any case.
   *
   * @param file the file, need not exist
   * @return the format
   * @throws ImageException if the extension is another or missing
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
              "the name " + file + " does not say the format; end it in .png, .jpg or .webp");
    };
  }
}
