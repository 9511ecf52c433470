package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder that appears under its name when it is complete. */
public final class NewFolder {
  private static final double GIGABYTE = 1e9;

  private NewFolder() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /**
     * Called once.
     *
     * @param folder empty, under a temporary name beside the final one
     * @throws IOException if it cannot be filled
     */
    void write(Path folder) throws IOException;
  }

  /**
   * Makes a folder; nothing of it is left behind after a failure.
   *
   * @param target the folder to make
   * @param bytes how many will be written, about
   * @param content fills it
   * @throws FileException if the folder exists, the disk has no room for it, or it cannot be
   *     written
   */
  public static void create(Path target, long bytes, Content content) {
    Path folder = target.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      throw new FileException(target + " exists; name another folder");
    }
    Path partial = folder.resolveSibling("." + folder.getFileName() + ".partial");
    try {
      FolderTree.delete(partial); // what a kill has left
      requireRoom(folder, bytes);
      try {
        Files.createDirectories(partial);
        content.write(partial);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        FolderTree.delete(partial); // there is none after success
      }
    } catch (IOException e) {
      throw new FileException(target + " cannot be written: " + e.getMessage());
    }
  }

  /**
   * Refuses what the disk has no room for.
   *
   * @param target a folder or a file to make
   * @param bytes how many will be written, about
   * @throws FileException if there are fewer free
   * @throws IOException if that cannot be found out
   */
  public static void requireRoom(Path target, long bytes) throws IOException {
    Path existing = existing(target.toAbsolutePath().normalize());
    long free = Files.getFileStore(existing).getUsableSpace();
    if (bytes > free) {
      throw new FileException(
          "the model takes %.1f GB of disk and %s has %.1f GB free; name a folder elsewhere"
              .formatted(bytes / GIGABYTE, existing, free / GIGABYTE));
    }
  }

  /** The path, or the nearest one above it that is there. */
  private static Path existing(Path path) {
    Path above = path.getParent();
    return above == null || Files.exists(path) ? path : existing(above);
  }
}
