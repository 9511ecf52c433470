package dev.sana4j.files;

/**
 * A file or a folder that is missing, cannot be read or written, or is not what it must be.
 *
 * <p>The message is one line whatever the file contains: line breaks and other characters that
 * would disturb a terminal are written as escapes.
 */
public class FileException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, with the file
   */
  public FileException(String message) {
    super(QuotedText.oneLine(message));
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, with the file
   * @param cause what was caught
   */
  public FileException(String message, Throwable cause) {
    super(QuotedText.oneLine(message), cause);
  }
}
