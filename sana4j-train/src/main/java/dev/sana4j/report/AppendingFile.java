package dev.sana4j.report;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that grows by whole records: one that failed half-way, on a full disk, is cut off again
 * before the next.
 */
final class AppendingFile implements Closeable {
  // A FileChannel would be closed by an interrupt of its thread.
  private final RandomAccessFile file;
  private long end;

  private AppendingFile(RandomAccessFile file, long end) {
    this.file = file;
    this.end = end;
  }

  /** Opens a file, making it if it is missing. */
  static AppendingFile open(Path path) throws IOException {
    var file = new RandomAccessFile(path.toFile(), "rw");
    return new AppendingFile(file, file.length());
  }

  /** Writes a record immediately, so that a killed process loses none. */
  void append(byte[] record) throws IOException {
    if (file.length() > end) {
      file.setLength(end);
    }
    file.seek(end);
    file.write(record);
    end += record.length;
  }

  /** Asks the file system to keep what was written even when the power fails. */
  void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
