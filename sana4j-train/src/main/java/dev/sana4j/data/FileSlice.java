package dev.sana4j.data;

import dev.sana4j.image.ImageSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A range of bytes in a file. The file is opened for each read, so no files stay open.
 *
 * @param name for messages
 */
record FileSlice(Path file, long offset, int length, String name) implements ImageSource {

  @Override
  public InputStream open() throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      in.skipNBytes(offset);
      return new Limited(in, length);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  byte[] bytes() throws IOException {
    try (InputStream in = open()) {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("the file has become shorter");
      }
      return bytes;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Ends after a number of bytes. */
  private static final class Limited extends FilterInputStream {
    private int left;

    Limited(InputStream in, int left) {
      super(in);
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int count) throws IOException {
      if (left == 0 && count > 0) {
        return -1;
      }
      int read = super.read(target, start, Math.min(count, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, left));
      left -= (int) skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return Math.min(super.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
