package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with what is in it. */
public final class FolderTree {
  private FolderTree() {}

  /**
   * Deletes a folder with everything in it; does nothing if it is not there.
   *
   * @param folder which
   * @throws IOException if something cannot be deleted
   */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /**
   * Copies the files of a folder, but no folders in it: as further names of the same data where the
   * file system has that.
   *
   * @param from an existing folder
   * @param to a folder, made if it is missing
   * @throws IOException if something cannot be copied
   */
  public static void copyFiles(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        copyFile(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
