package dev.sana4j.files;

/**
 * A file or folder is missing, cannot be read or written, or has the wrong content.
 *
 * <p>The message is always one line. Line breaks and other characters from the file that would
 * disturb a terminal are escaped.
 */
public class FileException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, naming the file
   */
  public FileException(String message) {
    super(QuotedText.oneLine(message));
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, naming the file
   * @param cause the exception that was caught
   */
  public FileException(String message, Throwable cause) {
    super(QuotedText.oneLine(message), cause);
  }
}
