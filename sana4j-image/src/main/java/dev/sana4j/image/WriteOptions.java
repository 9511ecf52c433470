package dev.sana4j.image;

import java.util.Map;

/**
 * Options for writing an image file.
 *
 * @param texts text by keyword, stored in PNG files only, as text chunks in Latin-1 or, if that is
 *     not possible, in UTF-8; a keyword has 1 to 79 printable Latin-1 characters without leading or
 *     trailing spaces
 * @param overwrite whether to replace an existing file
 */
public record WriteOptions(Map<String, String> texts, boolean overwrite) {
  /** No texts; an existing file is kept and writing fails. */
  public static final WriteOptions CREATE = new WriteOptions(Map.of(), false);

  /** No texts; an existing file is replaced. */
  public static final WriteOptions REPLACE = new WriteOptions(Map.of(), true);
}
