package dev.sana4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which links to folders are followed, so that each folder is read once and no circle is
 * entered. Linked folders are read after all others, so that links change no names.
 */
final class FolderLinks {
  private static final int MAX_FOLDERS = 1 << 20;

  private final Path root;
  private final DataSetBuilder builder;
  private final Set<Path> read = new HashSet<>();
  private final Deque<Visit> waiting = new ArrayDeque<>();

  /**
   * A folder to read.
   *
   * @param folder the folder or a link to it
   * @param depth number of folders above it
   * @param listed for each metadata file above, the sorted hashes of the names it lists
   * @param repeat repeats and caption of its images
   */
  record Visit(Path folder, int depth, List<long[]> listed, FolderRepeats.Repeat repeat) {}

  FolderLinks(Path root, DataSetBuilder builder) {
    this.root = root;
    this.builder = builder;
  }

  /** Returns whether a folder is to be read now, which it never is twice. */
  boolean enter(Visit visit) throws IOException {
    String name = builder.name(visit.folder());
    if (read.size() >= MAX_FOLDERS) {
      throw new IOException("it has more than " + MAX_FOLDERS + " folders");
    }
    if (visit.depth() > FolderEntries.MAX_DEPTH || !Files.isReadable(visit.folder())) {
      builder.skip(SkipReason.UNREADABLE_FOLDER, name);
      return false;
    }
    if (!read.add(visit.folder().toRealPath())) {
      builder.skip(SkipReason.REPEATED_FOLDER, name);
      return false;
    }
    return true;
  }

  /** Keeps a link to a folder for later; reports it if it leads back to a folder above it. */
  void add(Visit link) {
    try {
      Path target = link.folder().toRealPath();
      Path above = link.folder().resolveSibling("").toRealPath();
      if (root.toRealPath().startsWith(target) || above.startsWith(target)) {
        builder.skip(SkipReason.REPEATED_FOLDER, builder.name(link.folder()));
      } else {
        waiting.add(link);
      }
    } catch (IOException e) {
      builder.skip(SkipReason.UNREADABLE_FOLDER, builder.name(link.folder()));
    }
  }

  /** Returns the next link to follow, or empty at the end. */
  Optional<Visit> next() {
    return Optional.ofNullable(waiting.poll());
  }
}
