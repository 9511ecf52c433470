package dev.sana4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Resolves the file names of metadata, which must lie in the data set. */
final class FolderPaths {
  private final Path root;
  private final Path realRoot;

  FolderPaths(Path root) throws IOException {
    this.root = root;
    realRoot = root.toRealPath();
  }

  /**
   * Returns a file of the data set. Backslashes count as slashes, unless a file has them in its
   * name.
   *
   * @param folder the folder of the metadata
   * @param name a path relative to it, or an absolute path inside the data set
   * @return the path, or empty if it leads out of the data set
   */
  Optional<Path> inside(Path folder, String name) {
    Path file = resolve(folder, name);
    if (!Files.exists(file) && name.indexOf('\\') >= 0) {
      file = resolve(folder, name.replace('\\', '/'));
    }
    return file.startsWith(root) ? Optional.of(file) : Optional.empty();
  }

  /** An absolute path may name the data set as given, or after following links. */
  private Path resolve(Path folder, String name) {
    Path file = folder.resolve(name).normalize();
    return !file.startsWith(root) && file.startsWith(realRoot)
        ? root.resolve(realRoot.relativize(file))
        : file;
  }
}
