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

/** Writes images to files and reads them back. */
public final class ImageFiles {

  private ImageFiles() {}

  /**
   * Writes a new file without texts, as {@link #write(RgbImage, Path, WriteOptions)} does.
   *
   * @param image the image
   * @param target the file to make
   * @throws ImageException if it exists or cannot be written
   */
  public static void write(RgbImage image, Path target) {
    write(image, target, WriteOptions.CREATE);
  }

  /**
   * Writes an image, in the format of the file's extension.
   *
   * <p>The file appears complete or not at all: the image goes to a temporary file in the same
   * folder, which is then moved into place, or deleted if anything fails. JPEG and WebP are written
   * with quality 95.
   *
   * @param image the image
   * @param target the file to make
   * @param options texts, and whether an existing file is replaced
   * @throws ImageException if the file cannot be written, for the reasons of {@link
   *     #checkWritable}, because the image or the texts do not fit the format, or because the file
   *     system fails
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
   * Refuses what {@link #write} would refuse, before any work is put into an image.
   *
   * @param target the file to make
   * @param overwrite whether an existing file may be replaced
   * @throws ImageException if the extension is unknown or its format cannot be written on this
   *     platform, the folder is missing or read-only, or the target is a folder or exists and must
   *     not be replaced
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
   * Reads an image from a PNG, JPEG or WebP file; the content decides, not the name.
   *
   * <p>Transparent pixels are laid over white, grey ones become three equal channels, and of an
   * animation the first frame is read. Of 16 bits the upper 8 count. An image that its EXIF data
   * says to be turned is turned upright.
   *
   * @param file the file, at most 512 MiB
   * @return the image
   * @throws ImageException if the file is missing, damaged, cut short, none of the three formats, a
   *     JPEG in CMYK, a side is longer than {@value ImageSize#MAX_SIDE} pixels, there are more than
   *     2^27 pixels, or the heap is too small for the image; sizes are looked at before anything is
   *     decoded
   */
  public static RgbImage read(Path file) {
    checkReadable(file);
    return read(ImageSource.of(file));
  }

  /**
   * Reads an image from bytes anywhere, as {@link #read(Path)} reads a file.
   *
   * @param source the bytes, at most 512 MiB
   * @return the image
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage read(ImageSource source) {
    return ImageDecoder.decode(source);
  }

  /**
   * Reads a mask for inpainting: where an image is transparent, that is what counts; otherwise its
   * colours do, of which white is painted anew and black is kept.
   *
   * @param file the file, at most 512 MiB
   * @return white or grey where pixels are transparent; the image itself if none is
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage readMask(Path file) {
    checkReadable(file);
    return readMask(ImageSource.of(file));
  }

  /**
   * Reads a mask from bytes anywhere, as {@link #readMask(Path)} reads a file.
   *
   * @param source the bytes, at most 512 MiB
   * @return white or grey where pixels are transparent; the image itself if none is
   * @throws ImageException for the reasons of {@link #read(Path)}
   */
  public static RgbImage readMask(ImageSource source) {
    return ImageDecoder.decodeMask(source);
  }

  /**
   * Reads the size of an image without decoding it.
   *
   * @param source the bytes, of which only the head is read
   * @return the size
   * @throws ImageException if the head is damaged or shows that {@link #read(ImageSource)} would
   *     refuse the image
   */
  public static ImageSize size(ImageSource source) {
    return ImageDecoder.size(source);
  }

  /**
   * Reads the texts of a PNG file without decoding its pixels; every chunk's checksum is verified.
   *
   * @param png the file, at most 512 MiB
   * @return keyword to text, in the file's order; of a keyword that repeats, the last text
   * @throws ImageException if the file is missing, not a PNG, damaged or cut short, or holds more
   *     text than is reasonable: 1000 chunks, 1 MiB in one, 16 MiB together
   */
  public static Map<String, String> readTexts(Path png) {
    checkReadable(png);
    return PngTexts.read(png);
  }

  private static void checkFolder(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.exists(folder)) {
      throw new ImageException("the folder " + folder + " does not exist; create it first");
    }
    if (!Files.isDirectory(folder)) {
      throw new ImageException(folder + " is a file, not a folder; choose another place");
    }
    if (!Files.isWritable(folder)) {
      throw new ImageException(
          "cannot write into the folder " + folder + ": permission denied; choose another place");
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
            file + " has " + Files.size(file) + " bytes; image files up to 512 MiB are read");
      }
    } catch (IOException e) {
      throw ImageException.from(e, "read", file);
    }
  }

  private static SanaException exists(Path target) {
    return new ImageException(target + " exists; choose another name or allow to overwrite it")
        .with(Remedy.OVERWRITE);
  }
}
