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
 * Writes folders atomically: a reader sees either the complete folder or no folder. The files go to
 * a hidden folder next to the target, are flushed to disk, and the folder is then renamed. A
 * failure leaves no partial folder behind.
 */
public final class AtomicFolder {
  private static final double GIGABYTE = 1e9;

  private AtomicFolder() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the files. Called once per folder.
     *
     * @param folder an empty folder with a temporary name next to the final one
     * @throws IOException if the folder cannot be filled
     */
    void write(Path folder) throws IOException;
  }

  /**
   * Writes a folder. An existing one is moved to {@code .NAME.old}, the new one takes its place,
   * and the old one is deleted.
   *
   * @param target the folder; missing parents are created
   * @param mode whether an existing folder is replaced
   * @param content fills the folder
   * @throws FileAlreadyExistsException if the folder exists and the mode is {@link Mode#CREATE}
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
      FolderTree.delete(partial); // after success it no longer exists
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
        // Hard links and copies may be read-only, and some systems flush writable files only.
        String access = Files.isWritable(path) ? "rw" : "r";
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), access)) {
          file.getFD().sync();
        }
      }
    }
  }

  /**
   * Creates a model folder.
   *
   * @param target the folder to create
   * @param bytes the approximate number of bytes that will be written
   * @param content fills the folder
   * @throws FileException if the folder exists, the disk has too little free space, or the folder
   *     cannot be written
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
      throw new FileException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /**
   * Checks that the disk has enough free space.
   *
   * @param target a folder or a file to create
   * @param bytes the approximate number of bytes that will be written
   * @throws FileException if fewer bytes are free
   * @throws IOException if the free space cannot be determined
   */
  public static void requireRoom(Path target, long bytes) throws IOException {
    Path existing = existing(target.toAbsolutePath().normalize());
    long free = Files.getFileStore(existing).getUsableSpace();
    if (bytes > free) {
      throw new FileException(
          "the model needs %.1f GB of disk, but %s has only %.1f GB free; choose another disk"
              .formatted(bytes / GIGABYTE, existing, free / GIGABYTE));
    }
  }

  /** Returns the path, or its nearest existing parent. */
  private static Path existing(Path path) {
    Path above = path.getParent();
    return above == null || Files.exists(path) ? path : existing(above);
  }
}
