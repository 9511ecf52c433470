package dev.sana4j.weights;

import dev.sana4j.files.FileException;
import java.util.function.Supplier;

/**
 * Thrown when a file of a checkpoint is missing, malformed, or does not fit the network.
 *
 * <p>The message is one line whatever the file contains: line breaks and other characters that
 * would disturb a terminal are written as escapes.
 */
public final class CheckpointException extends FileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, with the file, the tensor or key, what was expected and found
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, with the file, the tensor or key, what was expected and found
   * @param cause what was caught
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Reads a file of a checkpoint.
   *
   * @param read what to do
   * @return its result
   * @throws CheckpointException with the message of a {@link FileException}
   */
  public static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (FileException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), e);
    }
  }
}
