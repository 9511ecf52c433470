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

/**
 * Writes files that are complete or not there: under a hidden name in the same folder, flushed to
 * disk, then renamed. After a failure nothing of the file is left behind.
 */
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;
  private static final long UNTOUCHED_MILLIS = 600_000;
  private static final Pattern PARTIAL = Pattern.compile("\\.sana4j-(\\d{1,18})-\\d+\\.partial");
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Set<Path> SEEN = ConcurrentHashMap.newKeySet();

  private AtomicFile() {}

  /** What happens to an existing file. */
  public enum Mode {
    /** It is kept, and writing fails. */
    CREATE,
    /** It is replaced atomically. */
    REPLACE
  }

  /** Gives the bytes of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Called once.
     *
     * @param out buffered; closed by the caller
     * @throws IOException if the bytes cannot be written
     */
    void write(OutputStream out) throws IOException;
  }

  /**
   * Writes a file. Several processes may write the same one: the last wins.
   *
   * @param target the file, in a folder that exists
   * @param mode what happens to an existing file
   * @param content gives the bytes
   * @throws java.nio.file.FileAlreadyExistsException in {@link Mode#CREATE}
   * @throws IOException if the file cannot be written
   */
  public static void write(Path target, Mode mode, Content content) throws IOException {
    Path file = target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null) {
      throw new FileSystemException(target + " is not a file");
    }
    Path partial = partial(file);
    try {
      Files.createFile(partial);
      // No channel: the interrupt of a thread would close it in the middle.
      try (FileOutputStream bytes = new FileOutputStream(partial.toFile());
          OutputStream out = new BufferedOutputStream(bytes, BUFFER)) {
        content.write(out);
        out.flush();
        bytes.getFD().sync(); // before the name: a power cut must not leave a name without data
      }
      move(partial, file, mode);
      force(folder);
    } finally {
      partial.toFile().delete(); // there is none after success
    }
  }

  /** A temporary name beside a target, after the leftovers there were deleted. */
  static Path partial(Path target) {
    Path folder = target.resolveSibling("");
    deleteLeftovers(folder);
    return folder.resolve(
        ".sana4j-%d-%d.partial".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet()));
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

  /** Flushes the new name to disk, where the system lets a folder be opened. */
  static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows has no such thing; the file itself is written.
    }
  }

  /**
   * Deletes temporary files and folders of killed processes, as far as that is possible. Each
   * folder is searched once, since it may hold very many files.
   */
  static void deleteLeftovers(Path folder) {
    if (!SEEN.add(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.filter(AtomicFile::isLeftover).toList()) {
        FolderTree.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process may be deleting them too.
    }
  }

  private static boolean isLeftover(Path path) {
    Matcher found = PARTIAL.matcher(path.getFileName().toString());
    return found.matches()
        && ProcessHandle.of(Long.parseLong(found.group(1))).isEmpty()
        && isUntouched(path);
  }

  /** A process of another container is not seen here; its files have changed not long ago. */
  private static boolean isUntouched(Path path) {
    long since = System.currentTimeMillis() - UNTOUCHED_MILLIS;
    try (Stream<Path> all = Files.walk(path)) {
      return all.allMatch(each -> each.toFile().lastModified() < since);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
