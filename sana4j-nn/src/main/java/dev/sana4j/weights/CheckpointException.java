package dev.sana4j.weights;

/**
 * Thrown when a file of a checkpoint is missing, malformed, or does not fit the network.
 *
 * <p>The message is one line whatever the file contains: line breaks and other characters that
 * would disturb a terminal are written as escapes.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The most characters of a name or value from a file that a message repeats. */
  private static final int QUOTED_LENGTH = 120;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, with the file, the tensor or key, what was expected and found
   */
  public CheckpointException(String message) {
    super(oneLine(message));
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, with the file, the tensor or key, what was expected and found
   * @param cause what was caught
   */
  public CheckpointException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Returns text from a file, shortened so that a message stays readable. */
  static String clip(String text) {
    return text.length() <= QUOTED_LENGTH ? text : text.substring(0, QUOTED_LENGTH) + "...";
  }

  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder(message.length());
    message
        .codePoints()
        .forEach(
            c -> {
              if (disturbsLine(c)) {
                line.append(String.format("\\u%04x", c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  private static boolean disturbsLine(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
