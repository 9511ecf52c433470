package dev.sana4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the records of a file of any length, with their positions; only one record is in memory at
 * a time. A record is a line, or in CSV a line whose quoted fields may contain line breaks (RFC
 * 4180).
 */
final class FileRecords {

  /** Receives the records. */
  interface Reader {
    /**
     * Receives a record.
     *
     * @param offset offset of its first byte in the file
     * @param record its bytes without the line break; cut to a little more than {@link
     *     CaptionParser#MAX_BYTES} if longer
     * @param line number of its first line, from 1
     */
    void record(long offset, byte[] record, long line);
  }

  private final boolean csv;
  private final Reader reader;
  private final ByteArrayOutputStream record = new ByteArrayOutputStream();
  private long position;
  private long start;
  private long line = 1;
  private long firstLine = 1;
  private boolean quoted;
  private int before = ',';

  private FileRecords(boolean csv, Reader reader) {
    this.csv = csv;
    this.reader = reader;
  }

  /** Reads a file of one record per line. */
  static void readLines(Path file, Reader reader) throws IOException {
    new FileRecords(false, reader).read(file);
  }

  /** Reads a file of CSV. */
  static void readCsv(Path file, Reader reader) throws IOException {
    new FileRecords(true, reader).read(file);
  }

  private void read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      int next;
      while ((next = in.read()) >= 0) {
        add(next);
      }
      finish();
    }
  }

  private void add(int next) {
    position++;
    if (next == '\n') {
      line++;
    }
    if (next == '\n' && !quoted) {
      finish();
      return;
    }
    if (csv && next == '"') {
      // Quotes count only at the start of a field; a doubled quote closes and opens again.
      quoted = !quoted && (before == ',' || before == '"');
    }
    before = next;
    if (record.size() <= CaptionParser.MAX_BYTES) {
      record.write(next);
    }
  }

  private void finish() {
    reader.record(start, record.toByteArray(), firstLine);
    record.reset();
    start = position;
    firstLine = line;
    quoted = false;
    before = ',';
  }
}
