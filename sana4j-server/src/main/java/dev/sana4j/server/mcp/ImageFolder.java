package dev.sana4j.server.mcp;

import dev.sana4j.files.IoReason;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.EncodedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A folder of the user: tools read input images from it, and save their images in it. */
public final class ImageFolder {
  private final Path folder;

  private ImageFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns a folder.
   *
   * @param folder an existing folder
   * @return the folder
   * @throws IOException if it is not a folder
   */
  public static ImageFolder of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new NotDirectoryException(folder.toString());
    }
    return new ImageFolder(real);
  }

  /** Reads a file of the folder; a link that leads out of it is refused like a missing file. */
  byte[] read(String field, String name, int mostBytes) {
    Path file = file(field, name);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw RequestProblem.field(
            field, field + " is a file larger than the limit of " + mostBytes + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw RequestProblem.field(field, field + " cannot be read: " + IoReason.of(e));
    }
  }

  private Path file(String field, String name) {
    try {
      Path file = folder.resolve(name).toRealPath();
      if (file.startsWith(folder) && Files.isRegularFile(file)) {
        return file;
      }
    } catch (IOException | InvalidPathException e) {
      // The same refusal as for a file outside of the folder.
    }
    throw RequestProblem.field(field, field + " is not a file in the folder of images");
  }

  /** Saves an image under a new name. */
  Path save(String name, EncodedImage image) throws IOException {
    String extension =
        switch (image.format()) {
          case PNG -> ".png";
          case JPEG -> ".jpg";
          case WEBP -> ".webp";
        };
    Path file = folder.resolve("sana-" + name + extension);
    Files.write(file, image.bytes(), StandardOpenOption.CREATE_NEW);
    return file;
  }
}
