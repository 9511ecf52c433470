package dev.sana4j.cli.cache;

import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Removes stored files that are not needed, except those that a running process uses. */
public final class CachePruning {
  private final CacheFolders folders;
  private final Predicate<Path> used;

  /**
   * Creates a pruning that spares the files of all running processes.
   *
   * @param folders the caches
   */
  public CachePruning(CacheFolders folders) {
    this(folders, path -> isUsed(MappedFiles.ofAllProcesses(), path));
  }

  CachePruning(CacheFolders folders, Predicate<Path> used) {
    this.folders = folders;
    this.used = used;
  }

  /** A file whose use is unknown counts as used. */
  private static boolean isUsed(MappedFiles mapped, Path path) {
    try {
      return mapped.contains(path);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * What happened to stored files.
   *
   * @param files the files
   * @param kept why they were kept; empty if they were removed, or would be
   */
  public record Result(StoredFiles files, String kept) {

    /**
     * Returns whether the files were removed, or would be.
     *
     * @return false if they were kept
     */
    public boolean isRemoved() {
      return kept.isEmpty();
    }
  }

  /**
   * Removes files.
   *
   * @param kinds kinds to remove; of libraries, only other versions than those in use
   * @param writtenBefore only files from before this time
   * @param dryRun only returns what would be removed
   * @return what was removed, and what was kept although it is of these kinds and old enough
   */
  public List<Result> prune(Set<StoredKind> kinds, Instant writtenBefore, boolean dryRun) {
    List<Result> results = new ArrayList<>();
    for (StoredKind kind : kinds) {
      for (StoredFiles files : folders.stored(kind)) {
        boolean unneeded = !(kind.hasVersions() && files.current());
        if (unneeded && files.written().isBefore(writtenBefore)) {
          results.add(new Result(files, reasonToKeep(files, dryRun)));
        }
      }
    }
    return results;
  }

  /** Removes files unless this returns a reason. */
  private String reasonToKeep(StoredFiles files, boolean dryRun) {
    if (files.kind() == StoredKind.HUB) {
      return "shared with other programs; delete it with the hub's own tools";
    }
    if (used.test(files.path())) {
      return "in use by a running process";
    }
    return dryRun ? "" : remove(files);
  }

  private String remove(StoredFiles files) {
    try {
      if (files.kind() == StoredKind.NATIVES) {
        List<String> reasons = new ArrayList<>();
        // JavaCPP holds this lock while it unpacks.
        ProcessLock.hold(
            folders.natives().resolve(".lock"), () -> {}, () -> reasons.add(delete(files.path())));
        return reasons.get(0);
      }
      return delete(files.path());
    } catch (IOException e) {
      return IoReason.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static String delete(Path path) {
    try {
      if (StoredFiles.isFolder(path)) {
        FolderTree.delete(path);
      } else {
        Files.deleteIfExists(path);
      }
      return "";
    } catch (IOException e) {
      return IoReason.of(e);
    }
  }
}
