package dev.sana4j.pipeline.source;

import dev.sana4j.files.Digests;
import dev.sana4j.files.FileException;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.ProcessLock;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * Folders that were made of other files, once. A folder appears when it is complete, and a second
 * process waits for the first. What a killed process leaves behind is deleted by the next one.
 *
 * @param root the folder of all folders; created if missing
 */
record ConvertedFolders(Path root) {
  private static final int KEY_DIGITS = 12;

  /** Fills a folder. */
  @FunctionalInterface
  interface Content {
    /**
     * Makes the folder.
     *
     * @param work an empty folder for temporary files
     * @param made the folder to create in it
     */
    void make(Path work, Path made) throws IOException;
  }

  /**
   * Returns the folder for some files and settings, which need not exist. Its name changes with the
   * content of the files.
   *
   * @param origin the files
   * @param settings a text that differs for each result
   */
  Path target(Origin origin, String settings) {
    String identity = identity(origin.path()) + "|" + origin.hint() + "|" + settings;
    String key =
        Digests.sha256Hex(identity.getBytes(StandardCharsets.UTF_8)).substring(0, KEY_DIGITS);
    return root.resolve(readable(origin) + "-" + key);
  }

  private static String readable(Origin origin) {
    return origin
        .shortName()
        .replaceFirst("\\.(pth|safetensors|pt|ckpt|bin)$", "")
        .replaceAll("[^A-Za-z0-9._-]", "_");
  }

  /** Returns a text that changes with the content of a file, or of the files of a folder. */
  private static String identity(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        return ofFile(path);
      }
      try (Stream<Path> all = Files.list(path)) {
        StringBuilder identity = new StringBuilder();
        for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
          identity.append(file.getFileName()).append(' ').append(ofFile(file)).append('\n');
        }
        return identity.toString();
      }
    } catch (IOException e) {
      throw new FileException(path + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Files in the hub's cache are links to files that are named by the hash of their content. */
  private static String ofFile(Path file) throws IOException {
    Path real = file.toRealPath();
    String blob = String.valueOf(real.getFileName());
    return blob.matches("[0-9a-f]{40,64}")
        ? blob
        : real + "|" + Files.size(real) + "|" + Files.getLastModifiedTime(real).toMillis();
  }

  /**
   * Makes a folder unless it exists.
   *
   * @param target as returned by {@link #target}
   * @param origin for messages
   * @param listener is notified if another process makes the folder
   * @param content makes it
   * @throws FileException if it cannot be written
   */
  void make(Path target, Origin origin, HubListener listener, Content content) {
    if (Files.isDirectory(target)) {
      return;
    }
    Path locks = root.resolve(".locks");
    create(locks);
    String waiting = "another process is converting " + origin.shortName() + "; waiting for it";
    try {
      ProcessLock.hold(
          locks.resolve(target.getFileName() + ".lock"),
          () -> listener.note(waiting),
          () -> {
            if (!Files.isDirectory(target)) {
              makeAlone(target, content);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(Reason.INTERRUPTED, "the conversion was interrupted", e);
    } catch (IOException e) {
      throw new FileException(locks + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private static Path work(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".partial");
  }

  /** Returns the bytes that a killed process left, which the next conversion deletes. */
  static long leftBehind(Path target) {
    try (Stream<Path> all =
        Files.exists(work(target)) ? Files.walk(work(target)) : Stream.empty()) {
      return all.mapToLong(path -> path.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static void makeAlone(Path target, Content content) {
    Path work = work(target);
    try {
      FolderTree.delete(work);
      Files.createDirectories(work);
      try {
        Path made = work.resolve("model");
        content.make(work, made);
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        FolderTree.delete(work);
      }
    } catch (IOException e) {
      throw new FileException(target + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /** Creates a folder and its parents. */
  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FileException(folder + " cannot be created: " + IoReason.of(e), e);
    }
  }
}
