package dev.sana4j.image;

import dev.sana4j.files.QuotedText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of an image in pixels.
 *
 * @param width 1 to {@value #MAX_SIDE}
 * @param height 1 to {@value #MAX_SIDE}
 */
public record ImageSize(int width, int height) {

  /** The longest side of an image, in pixels. */
  public static final int MAX_SIDE = 16384;

  private static final Pattern WIDTH_X_HEIGHT = Pattern.compile("(\\d{1,9})[xX×](\\d{1,9})");

  /**
   * Checks the range of both sides.
   *
   * @param width 1 to {@value #MAX_SIDE}
   * @param height 1 to {@value #MAX_SIDE}
   * @throws ImageException if a side is out of range
   */
  public ImageSize {
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
      throw new ImageException(
          "the image size "
              + width
              + "x"
              + height
              + " is out of range; expected sides of 1 to "
              + MAX_SIDE
              + " pixels");
    }
  }

  /**
   * Parses a size such as {@code 1024x768}, width first.
   *
   * @param text the size
   * @return the size
   * @throws ImageException if the text is not a size or a side is out of range
   */
  public static ImageSize parse(String text) {
    Matcher matcher = WIDTH_X_HEIGHT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new ImageException(
          "\""
              + QuotedText.clip(text)
              + "\" is not an image size; write WIDTHxHEIGHT, for example 1024x768");
    }
    return new ImageSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Returns the size in the format that {@link #parse} reads, for example {@code 1024x768}. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
