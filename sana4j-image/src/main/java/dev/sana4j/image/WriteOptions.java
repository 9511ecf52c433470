package dev.sana4j.image;

import java.util.Map;

/**
 * How an image file is written.
 *
 * @param texts keyword to text, kept in a PNG as international (UTF-8) text chunks; the other
 *     formats drop them. A keyword has 1 to 79 Latin letters, digits, spaces and signs
 * @param overwrite whether an existing file is replaced
 */
public record WriteOptions(Map<String, String> texts, boolean overwrite) {
  /** A new file without texts. */
  public static final WriteOptions CREATE = new WriteOptions(Map.of(), false);

  /** A file without texts, which may replace another. */
  public static final WriteOptions REPLACE = new WriteOptions(Map.of(), true);
}
