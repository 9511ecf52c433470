package dev.sana4j.image;

import dev.sana4j.files.IoReason;
import dev.sana4j.files.SanaException;
import java.io.IOException;

/**
 * An image, image size or image file cannot be used. The message is one line that gives the reason.
 */
public final class ImageException extends SanaException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line: what is wrong and, where possible, what to do about it
   */
  public ImageException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message one line: what is wrong and, where possible, what to do about it
   * @param cause the underlying error
   */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Wraps an error of the file system while reading or writing {@code file}. */
  static ImageException from(IOException e, String verb, Object file) {
    return new ImageException("cannot " + verb + " " + file + ": " + IoReason.of(e), e);
  }
}
