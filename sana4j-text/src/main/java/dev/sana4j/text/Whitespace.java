package dev.sana4j.text;

/**
 * White space as defined by Python, the reference's language. It includes more than Java's
 * (no-break spaces, U+0085, the separators U+001C to U+001F), so prompts are stripped the same way.
 */
final class Whitespace {

  /** The white space characters, for use inside a character class of a regular expression. */
  static final String CLASS =
      "\\x09-\\x0D\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000";

  private Whitespace() {}

  /** Removes white space from both ends. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && contains(text.charAt(start))) {
      start++;
    }
    while (end > start && contains(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean contains(char c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || Character.isSpaceChar(c);
  }
}
