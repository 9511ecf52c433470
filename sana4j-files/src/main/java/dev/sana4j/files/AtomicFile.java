package dev.sana4j.files;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes files atomically: a reader sees either the complete file or no file. The bytes go to a
 * hidden file in the same folder, are flushed to disk, and the file is then renamed. A failure
 * leaves no partial file behind.
 */
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;
  private static final long UNTOUCHED_MILLIS = 600_000;
  private static final Pattern PARTIAL =
      Pattern.compile("\\.sana4j-(\\d{1,18})-\\d+(?:-([0-9a-f]{8}))?\\.partial");
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Set<Path> SEEN = ConcurrentHashMap.newKeySet();

  private AtomicFile() {}

  /** Whether an existing file is replaced. */
  public enum Mode {
    /** Keeps the existing file; writing fails. */
    CREATE,
    /** Replaces the existing file atomically. */
    REPLACE
  }

  /** Produces the bytes of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the bytes. Called once per file.
     *
     * @param out buffered; the caller closes it
     * @throws IOException if the bytes cannot be written
     */
    void write(OutputStream out) throws IOException;
  }

  /**
   * Writes a file. If several processes write the same file, the last one wins.
   *
   * @param target the file; its folder must exist
   * @param mode whether an existing file is replaced
   * @param content produces the bytes
   * @throws java.nio.file.FileAlreadyExistsException if the file exists and the mode is {@link
   *     Mode#CREATE}
   * @throws IOException if the file cannot be written
   */
  public static void write(Path target, Mode mode, Content content) throws IOException {
    Path file = target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null) {
      throw new FileSystemException(target + " does not name a file");
    }
    Path partial = partial(file);
    try {
      Files.createFile(partial);
      // Not a FileChannel: interrupting the thread would close it halfway.
      try (FileOutputStream bytes = new FileOutputStream(partial.toFile());
          OutputStream out = new BufferedOutputStream(bytes, BUFFER)) {
        content.write(out);
        out.flush();
        bytes.getFD().sync(); // before the rename: a power cut must not leave an empty file
      }
      move(partial, file, mode);
      force(folder);
    } finally {
      partial.toFile().delete(); // after success it no longer exists
    }
  }

  /** Returns a temporary name next to a target. Deletes leftovers of killed processes first. */
  static Path partial(Path target) {
    Path folder = target.resolveSibling("");
    deleteLeftovers(folder);
    String space = ProcessSpace.NAME.isEmpty() ? "" : "-" + ProcessSpace.NAME;
    long process = ProcessHandle.current().pid();
    return folder.resolve(
        ".sana4j-%d-%d%s.partial".formatted(process, COUNT.incrementAndGet(), space));
  }

  private static void move(Path partial, Path file, Mode mode) throws IOException {
    if (mode == Mode.CREATE) {
      Files.move(partial, file);
      return;
    }
    try {
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Flushes the new name to disk where the system allows opening a folder. */
  static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot do this; the file itself is already on disk.
    }
  }

  /**
   * Deletes temporary files and folders of killed processes where possible: those of this machine
   * or container immediately, others when they are ten minutes old. Searches each folder only once,
   * since it may contain very many files.
   *
   * @param folder an absolute path; need not exist
   */
  public static void deleteLeftovers(Path folder) {
    if (!SEEN.add(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.filter(AtomicFile::isLeftover).toList()) {
        FolderTree.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process may be deleting the same files.
    }
  }

  private static boolean isLeftover(Path path) {
    Matcher found = PARTIAL.matcher(path.getFileName().toString());
    return found.matches()
        && ProcessHandle.of(Long.parseLong(found.group(1))).isEmpty()
        && (isOfThisSpace(found.group(2)) || isUntouched(path));
  }

  private static boolean isOfThisSpace(@Nullable String space) {
    return space != null && space.equals(ProcessSpace.NAME);
  }

  /**
   * Processes in another container are not visible here, so a file that changed recently is kept.
   */
  private static boolean isUntouched(Path path) {
    long since = System.currentTimeMillis() - UNTOUCHED_MILLIS;
    try (Stream<Path> all = Files.walk(path)) {
      return all.allMatch(each -> each.toFile().lastModified() < since);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
