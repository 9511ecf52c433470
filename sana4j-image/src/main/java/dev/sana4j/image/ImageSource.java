package dev.sana4j.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of an image file, which may be a file on disk or a part of an archive. */
public interface ImageSource {

  /**
   * Opens the image file for reading.
   *
   * @return a stream of all bytes; the caller closes it
   * @throws IOException if the bytes cannot be read
   */
  InputStream open() throws IOException;

  /**
   * Returns the name to use in messages.
   *
   * @return for example a path
   */
  @Override
  String toString();

  /**
   * Returns the source for a file on disk.
   *
   * @param file the file
   * @return the source
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
   * Returns the source for an image file in memory.
   *
   * @param name the name to use in messages
   * @param bytes the content of the image file; must not be modified afterwards
   * @return the source
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
