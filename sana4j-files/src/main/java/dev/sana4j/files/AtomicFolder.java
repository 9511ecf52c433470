package dev.sana4j.files;

import dev.sana4j.files.AtomicFile.Mode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes folders that are complete or not there: under a hidden name beside the target, every file
 * flushed to disk, then renamed. After a failure nothing of the folder is left behind.
 */
public final class AtomicFolder {
  private static final double GIGABYTE = 1e9;

  private AtomicFolder() {}

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
   * Writes a folder. An existing one is moved to {@code .NAME.old} before the new one takes its
   * place, and then deleted.
   *
   * @param target the folder; those above it are made if they are missing
   * @param mode what happens to an existing folder
   * @param content fills it
   * @throws FileAlreadyExistsException in {@link Mode#CREATE}
   * @throws IOException if the folder cannot be written
   */
  public static void write(Path target, Mode mode, Content content) throws IOException {
    Path folder = target.toAbsolutePath().normalize();
    if (mode == Mode.CREATE && Files.exists(folder)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path parent = folder.resolveSibling("");
    Files.createDirectories(parent);
    Path partial = AtomicFile.partial(folder);
    try {
      Files.createDirectory(partial);
      content.write(partial);
      flush(partial);
      if (mode == Mode.CREATE) {
        Files.move(partial, folder);
      } else {
        replace(partial, folder);
      }
      AtomicFile.force(parent);
    } finally {
      FolderTree.delete(partial); // there is none after success
    }
  }

  private static void replace(Path partial, Path folder) throws IOException {
    Path old = folder.resolveSibling("." + folder.getFileName() + ".old");
    boolean exists = Files.exists(folder);
    if (exists) {
      FolderTree.delete(old);
      Files.move(folder, old);
    }
    try {
      Files.move(partial, folder);
    } catch (IOException e) {
      if (exists) {
        Files.move(old, folder);
      }
      throw e;
    }
    FolderTree.delete(old);
  }

  private static void flush(Path partial) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(partial)) {
      all = paths.toList();
    }
    for (Path path : all) {
      if (Files.isDirectory(path)) {
        AtomicFile.force(path);
      } else {
        // Linked and copied files may be read-only; some systems flush writable files only.
        String access = Files.isWritable(path) ? "rw" : "r";
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), access)) {
          file.getFD().sync();
        }
      }
    }
  }

  /**
   * Makes a folder of a model.
   *
   * @param target the folder to make
   * @param bytes how many will be written, about
   * @param content fills it
   * @throws FileException if the folder exists, the disk has no room for it, or it cannot be
   *     written
   */
  public static void create(Path target, long bytes, Content content) {
    if (Files.exists(target)) {
      throw new FileException(target + " exists; name another folder");
    }
    try {
      AtomicFile.deleteLeftovers(existing(target.toAbsolutePath().normalize()));
      requireRoom(target, bytes);
      write(target, Mode.CREATE, content);
    } catch (IOException e) {
      throw new FileException(target + " cannot be written: " + e.getMessage(), e);
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

  /** The path, or the nearest existing one above it. */
  private static Path existing(Path path) {
    Path above = path.getParent();
    return above == null || Files.exists(path) ? path : existing(above);
  }
}
