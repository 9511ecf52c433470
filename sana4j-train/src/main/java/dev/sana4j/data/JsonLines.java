package dev.sana4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the lines of a file of any length, with their positions; only one line is in memory at a
 * time.
 */
final class JsonLines {

  /** Receives the lines. */
  interface Reader {
    /**
     * Receives a line.
     *
     * @param offset offset of its first byte in the file
     * @param line its bytes; cut to a little more than {@link CaptionParser#MAX_BYTES} if longer
     * @param number from 1
     */
    void line(long offset, byte[] line, long number);
  }

  private JsonLines() {}

  static void read(Path file, Reader reader) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      long position = 0;
      long start = 0;
      long number = 1;
      var line = new ByteArrayOutputStream();
      int next;
      while ((next = in.read()) >= 0) {
        position++;
        if (next == '\n') {
          reader.line(start, line.toByteArray(), number++);
          line.reset();
          start = position;
        } else if (line.size() <= CaptionParser.MAX_BYTES) {
          line.write(next);
        }
      }
      reader.line(start, line.toByteArray(), number);
    }
  }
}
