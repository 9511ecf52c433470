package dev.sana4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Operations on a folder and its content. */
public final class FolderTree {
  private FolderTree() {}

  /**
   * Deletes a folder with everything in it. Does nothing if the folder does not exist.
   *
   * @param folder the folder
   * @throws IOException if a file or folder in it cannot be deleted
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
   * Copies the files of a folder, but not its subfolders. Uses hard links where the file system
   * supports them.
   *
   * @param from an existing folder
   * @param to the target folder, created if missing
   * @throws IOException if a file cannot be copied
   */
  public static void copyFiles(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        copyFile(file, to.resolve(file.getFileName()));
      }
    }
  }

  /**
   * Copies a file, as a hard link where the file system supports it.
   *
   * @param from an existing file
   * @param to the target; replaced if it exists
   * @throws IOException if it cannot be copied
   */
  public static void copyFile(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
