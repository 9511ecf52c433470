package dev.sana4j.cli.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * A file or folder in a cache. Links are not followed.
 *
 * @param kind its kind
 * @param path its path
 * @param bytes size of all files in it
 * @param written when the newest file or folder in it was created or unpacked
 * @param current whether the running program needs it
 */
public record StoredFiles(
    StoredKind kind, Path path, long bytes, Instant written, boolean current) {

  /**
   * Measures a file or folder.
   *
   * @param kind its kind
   * @param path a file or folder
   * @param current whether the running program needs it
   * @return the measured files; what another process deletes meanwhile does not count
   */
  static StoredFiles of(StoredKind kind, Path path, boolean current) {
    Size size = new Size(kind.hasVersions());
    try {
      Files.walkFileTree(path, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StoredFiles(kind, path, size.bytes, size.newest, current);
  }

  /** Returns whether a path is a folder and not a link to one. */
  static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static final class Size extends SimpleFileVisitor<Path> {
    /** The times of unpacked files are those of the build, but folders have the current time. */
    private final boolean foldersOnly;

    private long bytes;
    private Instant newest = Instant.EPOCH;

    Size(boolean foldersOnly) {
      this.foldersOnly = foldersOnly;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      see(attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        bytes += attributes.size();
      }
      if (!foldersOnly) {
        see(attributes);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException error) {
      return FileVisitResult.CONTINUE;
    }

    private void see(BasicFileAttributes attributes) {
      Instant time = attributes.lastModifiedTime().toInstant();
      newest = time.isAfter(newest) ? time : newest;
    }
  }
}
