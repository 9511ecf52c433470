package dev.sana4j.image;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.AtomicFile.Mode;
import dev.sana4j.files.Remedy;
import dev.sana4j.files.SanaException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** Reads and writes image files. */
public final class ImageFiles {

  private ImageFiles() {}

  /**
   * Writes a new image file without texts.
   *
   * @param image the image
   * @param target the file; the extension decides the format
   * @throws ImageException if the file exists or cannot be written
   */
  public static void write(RgbImage image, Path target) {
    write(image, target, WriteOptions.CREATE);
  }

  /**
   * Writes an image file in the format of the file's extension.
   *
   * <p>The file is written atomically: the bytes go to a temporary file in the same folder, which
   * is then renamed, or deleted after a failure. JPEG and WebP files have quality 95.
   *
   * @param image the image
   * @param target the file; the extension decides the format
   * @param options texts, and whether to replace an existing file
   * @throws ImageException if {@link #checkWritable} rejects the target, the image or the texts do
   *     not fit the format, or the file system reports an error
   */
  public static void write(RgbImage image, Path target, WriteOptions options) {
    checkWritable(target, options.overwrite());
    ImageEncoder encoder =
        ImageEncoder.of(
            ImageFormat.of(target), image, options.texts(), ImageEncoding.DEFAULT_QUALITY);
    try {
      AtomicFile.write(target, options.overwrite() ? Mode.REPLACE : Mode.CREATE, encoder::encode);
    } catch (FileAlreadyExistsException e) {
      throw exists(target);
    } catch (IOException e) {
      throw ImageException.from(e, "write", target);
    }
  }

  /**
   * Checks that {@link #write(RgbImage, Path, WriteOptions)} can write a file. Call it before
   * expensive work on an image.
   *
   * @param target the file to write
   * @param overwrite whether an existing file may be replaced
   * @throws ImageException if the extension is unknown, this platform cannot write the format, the
   *     folder is missing or read-only, the target is a folder, or it exists and must not be
   *     replaced
   */
  public static void checkWritable(Path target, boolean overwrite) {
    if (Files.isDirectory(target)) {
      throw new ImageException(
          target + " is a folder; name a file in it, such as " + target.resolve("image.png"));
    }
    ImageEncoder.checkAvailable(ImageFormat.of(target));
    checkFolder(target);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (!overwrite) {
        throw exists(target);
      }
      if (!Files.isRegularFile(target)) {
        throw new ImageException(target + " is not a regular file; choose another name");
      }
    }
  }

  /**
   * Reads a PNG, JPEG, WebP, GIF, BMP or TIFF file. The content decides the format, not the file
   * name.
   *
   * <p>Transparent pixels are blended over white and grey images become RGB. Samples of 16 bits are
   * cut to the upper 8. CMYK becomes RGB with the ICC profile of the image. Only the first frame of
   * an animation and the first page of a TIFF are read. The image is rotated upright as its EXIF
   * orientation says.
   *
   * <p>Sides may have up to {@value ImageSize#MAX_SIDE} pixels, and the image up to 2^27 pixels.
   * Both limits are checked before decoding.
   *
   * @param file the file, at most 512 MiB
   * @return the image
   * @throws ImageException if the file is missing, damaged, cut short, too large or in another
   *     format, or if the heap is too small for the image
   */
  public static RgbImage read(Path file) {
    checkReadable(file);
    return read(ImageSource.of(file));
  }

  /**
   * Reads an image from a source, with the rules of {@link #read(Path)}.
   *
   * @param source the bytes of an image file, at most 512 MiB
   * @return the image
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage read(ImageSource source) {
    return ImageDecoder.decode(source);
  }

  /**
   * Reads a mask for inpainting. White areas are repainted and black areas are kept. If the image
   * has transparent pixels, its transparency is used instead of its colours, and transparent pixels
   * are repainted.
   *
   * @param file the file, at most 512 MiB
   * @return the transparency as white and grey levels; the image itself if it is fully opaque
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage readMask(Path file) {
    checkReadable(file);
    return readMask(ImageSource.of(file));
  }

  /**
   * Reads a mask from a source, with the rules of {@link #readMask(Path)}.
   *
   * @param source the bytes of an image file, at most 512 MiB
   * @return the transparency as white and grey levels; the image itself if it is fully opaque
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage readMask(ImageSource source) {
    return ImageDecoder.decodeMask(source);
  }

  /**
   * Returns whether a file starts like an image of a format that can be read. The rest of the file
   * may be damaged.
   *
   * @param source the bytes of a file
   * @return false for other files and empty ones
   * @throws ImageException if the file cannot be read
   */
  public static boolean isImage(ImageSource source) {
    try {
      return ImageDecoder.isImage(source);
    } catch (IOException e) {
      throw new ImageException("cannot read " + source + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the size of an image without decoding the image.
   *
   * @param source the bytes of an image file; only its header is read
   * @return the size of the upright image
   * @throws ImageException if the format is unknown, the header is damaged, or the size is out of
   *     range
   */
  public static ImageSize size(ImageSource source) {
    return ImageDecoder.size(source);
  }

  /**
   * Reads the texts of a PNG file without decoding its pixels. Verifies the checksum of every
   * chunk.
   *
   * @param png the file, at most 512 MiB
   * @return text by keyword, in the order of the file; the last text wins if a keyword repeats
   * @throws ImageException if the file is missing, not a PNG, damaged or cut short, or if its texts
   *     exceed 1000 chunks, 1 MiB in one chunk or 16 MiB in total
   */
  public static Map<String, String> readTexts(Path png) {
    checkReadable(png);
    return readTexts(ImageSource.of(png));
  }

  /**
   * Reads the texts of a PNG, see {@link #readTexts(Path)}.
   *
   * @param png the bytes of the file
   * @return text by keyword, in the order of the file; the last text wins if a keyword repeats
   * @throws ImageException if it is not a PNG, damaged or cut short, or its texts are too long
   */
  public static Map<String, String> readTexts(ImageSource png) {
    return PngTexts.read(png);
  }

  private static void checkFolder(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.exists(folder)) {
      throw new ImageException("the folder " + folder + " does not exist; create it first");
    }
    if (!Files.isDirectory(folder)) {
      throw new ImageException(folder + " is a file, not a folder; choose another folder");
    }
    if (!Files.isWritable(folder)) {
      throw new ImageException(
          "cannot write into the folder " + folder + ": permission denied; choose another folder");
    }
  }

  private static void checkReadable(Path file) {
    if (!Files.exists(file)) {
      throw new ImageException(file + " does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new ImageException(file + " is not a regular file; name an image file");
    }
    if (!Files.isReadable(file)) {
      throw new ImageException("cannot read " + file + ": permission denied");
    }
    try {
      if (Files.size(file) > ImageDecoder.MAX_FILE_BYTES) {
        throw new ImageException(
            file
                + " has "
                + Files.size(file)
                + " bytes; expected an image file of at most 512 MiB");
      }
    } catch (IOException e) {
      throw ImageException.from(e, "read", file);
    }
  }

  private static SanaException exists(Path target) {
    return new ImageException(target + " exists; choose another name or allow overwriting it")
        .with(Remedy.OVERWRITE);
  }
}
