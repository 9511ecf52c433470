package dev.sana4j.report;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that grows by whole records. A record that was written only in part, for example on a full
 * disk, is truncated before the next one.
 */
final class AppendingFile implements Closeable {
  // A FileChannel would be closed by an interrupt of its thread.
  private final RandomAccessFile file;
  private long end;

  private AppendingFile(RandomAccessFile file, long end) {
    this.file = file;
    this.end = end;
  }

  /** Opens a file, which is created if it is missing. */
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

  /** Flushes the file to disk, so that the records survive a power failure. */
  void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
