package dev.sana4j.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the bytes of an image file are: a file of its own, or a part of an archive. */
public interface ImageSource {

  /**
   * Opens the bytes.
   *
   * @return a stream from the first byte to the last, closed by whoever asked for it
   * @throws IOException if they cannot be read
   */
  InputStream open() throws IOException;

  /**
   * The name for messages.
   *
   * @return for example a path
   */
  @Override
  String toString();

  /**
   * A file of its own.
   *
   * @param file the file
   * @return its bytes
   */
  static ImageSource of(Path file) {
    return new ImageSource() {
      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }

      @Override
      public String toString() {
        return file.toString();
      }
    };
  }

  /**
   * Bytes in memory.
   *
   * @param name for messages
   * @param bytes a whole file, not to be written to
   * @return the bytes
   */
  static ImageSource of(String name, byte[] bytes) {
    return new ImageSource() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
