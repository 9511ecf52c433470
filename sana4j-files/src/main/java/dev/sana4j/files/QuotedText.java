package dev.sana4j.files;

/** Prepares text from files for error messages. */
public final class QuotedText {
  /** Maximum number of characters of a name or value that a message quotes. */
  private static final int LENGTH = 120;

  private QuotedText() {}

  /**
   * Shortens a text so that a message stays readable.
   *
   * @param text text from a file
   * @return the text, or its beginning and three dots
   */
  public static String clip(String text) {
    return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "...";
  }

  /**
   * Escapes characters that would disturb a terminal.
   *
   * @param message a message that may contain text from a file
   * @return one line with line breaks, control and format characters escaped
   */
  public static String oneLine(String message) {
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
