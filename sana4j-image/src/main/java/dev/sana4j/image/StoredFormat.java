package dev.sana4j.image;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The formats of image files that sana4j reads, recognized by their first bytes.
 *
 * <p>Sources: W3C's PNG specification, ITU T.81 (JPEG), Google's WebP container specification, the
 * GIF89a specification, Microsoft's "Bitmap Storage", and TIFF 6.0.
 */
enum StoredFormat {
  PNG,
  JPEG,
  WEBP,
  GIF,
  BMP,
  TIFF;

  /** The names of all formats, for messages. */
  static final String NAMES = "PNG, JPEG, WebP, GIF, BMP or TIFF";

  /** The number of bytes that {@link #of} needs. */
  static final int HEAD_BYTES = 34;

  private static final int RIFF_HEADER = 12;

  /** Offset and known values of the length of the second header of a BMP. */
  private static final int BMP_LENGTH = 14;

  private static final Set<Integer> BMP_LENGTHS = Set.of(12, 40, 52, 56, 64, 108, 124);

  /** Offset of the compression of a BMP, and its values for an image of another format. */
  private static final int BMP_COMPRESSION = 30;

  private static final Set<Integer> BMP_WRAPPERS = Set.of(4, 5);

  /** Other files that people name like images, by their first characters; a dot is any byte. */
  private static final Map<String, String> OTHERS =
      new TreeMap<>(
          Map.of(
              "....ftyp", "a HEIC or AVIF image or a video",
              "8BPS", "a Photoshop document",
              "%PDF", "a PDF document",
              "\u00FF\n", "a JPEG XL image",
              "....JXL ", "a JPEG XL image",
              "II+\0", "a BigTIFF image",
              "MM\0+", "a BigTIFF image",
              "<", "an HTML, SVG or XML document",
              "version https://gi", "a Git LFS pointer, not the image itself"));

  /**
   * Returns the format of a file.
   *
   * @param head the first {@link #HEAD_BYTES} bytes, or all if the file is shorter
   * @return the format, or empty if it is not an image that sana4j reads
   */
  static Optional<StoredFormat> of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith(PngTexts.SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (text.startsWith("\u00FF\u00D8\u00FF")) {
      return Optional.of(JPEG);
    }
    if (text.startsWith("RIFF") && text.startsWith("WEBP", RIFF_HEADER - 4)) {
      return Optional.of(WEBP);
    }
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
      return Optional.of(GIF);
    }
    if (text.startsWith("II*\0") || text.startsWith("MM\0*")) {
      return Optional.of(TIFF);
    }
    return isBmp(head) && !isWrapper(head) ? Optional.of(BMP) : Optional.empty();
  }

  /** Two letters are not enough, because a text may start with them. */
  private static boolean isBmp(byte[] head) {
    return head.length > BMP_LENGTH + 3
        && head[0] == 'B'
        && head[1] == 'M'
        && head[BMP_LENGTH + 1] == 0
        && head[BMP_LENGTH + 2] == 0
        && head[BMP_LENGTH + 3] == 0
        && BMP_LENGTHS.contains(head[BMP_LENGTH] & 0xFF);
  }

  /** The decoder would read the image inside without a check of its size. */
  private static boolean isWrapper(byte[] head) {
    return head[BMP_LENGTH] >= 40
        && head.length > BMP_COMPRESSION
        && BMP_WRAPPERS.contains((int) head[BMP_COMPRESSION]);
  }

  /** Describes a file that is not an image of a known format. */
  static String describe(byte[] head) {
    if (isBmp(head)) {
      return "is a BMP that wraps a JPEG or PNG, which is not supported";
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    return OTHERS.entrySet().stream()
        .filter(other -> startsLike(text, other.getKey()))
        .map(other -> "is " + other.getValue() + "; expected a " + NAMES + " image")
        .findFirst()
        .orElse("is not a " + NAMES + " image");
  }

  private static boolean startsLike(String text, String pattern) {
    if (text.length() < pattern.length()) {
      return false;
    }
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) != '.' && pattern.charAt(i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
