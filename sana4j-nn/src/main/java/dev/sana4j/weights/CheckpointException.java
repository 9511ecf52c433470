package dev.sana4j.weights;

import dev.sana4j.files.FileException;
import dev.sana4j.files.FileKind;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A file of a checkpoint is missing, malformed, or does not fit the network.
 *
 * <p>The message is always one line. Line breaks and other characters from the file that would
 * disturb a terminal are escaped.
 */
public final class CheckpointException extends FileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong: the file, the tensor or key, the expected and the actual value
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong: the file, the tensor or key, the expected and the actual value
   * @param cause the exception that was caught
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Reads a file of a checkpoint and converts exceptions.
   *
   * @param read the code that reads the file
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

  /**
   * Reads a file of a checkpoint. If that fails and the content is known to be something else, such
   * as a Git LFS pointer, the exception says so.
   *
   * @param file the file
   * @param read the code that reads the file
   * @param expected the kinds for which the reader has better messages
   * @return its result
   * @throws CheckpointException if the file cannot be read
   */
  public static <T> T naming(Path file, Supplier<T> read, FileKind... expected) {
    try {
      return read.get();
    } catch (CheckpointException e) {
      throw FileKind.problem(file, expected)
          .map(problem -> new CheckpointException(problem, e))
          .orElse(e);
    }
  }
}
