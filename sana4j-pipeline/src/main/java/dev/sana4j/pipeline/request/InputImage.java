package dev.sana4j.pipeline.request;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sana4j.files.Digests;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An input image of a request. The metadata of a generated image contains only its size and digest;
 * a request that is read from there identifies the input image, but lacks its pixels.
 *
 * <p>Two input images are equal if size and digest are, with or without pixels.
 */
@JsonAutoDetect(
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE,
    fieldVisibility = JsonAutoDetect.Visibility.NONE)
public final class InputImage {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final ImageSize size;
  private final String sha256;
  private final @Nullable RgbImage pixels;

  private InputImage(ImageSize size, String sha256, @Nullable RgbImage pixels) {
    this.size = size;
    this.sha256 = sha256;
    this.pixels = pixels;
  }

  /**
   * Creates an input image with pixels.
   *
   * @param pixels the image
   * @return the image with its digest
   */
  public static InputImage of(RgbImage pixels) {
    return new InputImage(pixels.size(), Digests.sha256Hex(pixels.rgb()), pixels);
  }

  /**
   * Creates an input image without pixels.
   *
   * @param size size of the image
   * @param sha256 its digest, 64 hexadecimal digits
   * @return an image without pixels
   * @throws RequestException if the digest is invalid
   */
  @JsonCreator
  public static InputImage known(
      @JsonProperty("size") ImageSize size, @JsonProperty("sha256") String sha256) {
    if (!DIGEST.matcher(sha256).matches()) {
      throw new RequestException("the digest of an input image must have 64 hexadecimal digits");
    }
    return new InputImage(size, sha256, null);
  }

  /**
   * Returns the size.
   *
   * @return in pixels
   */
  @JsonProperty
  public ImageSize size() {
    return size;
  }

  /**
   * Returns the digest of the pixels, which does not depend on the file format.
   *
   * @return SHA-256 of the interleaved RGB bytes, rows from the top, in hexadecimal
   */
  @JsonProperty
  public String sha256() {
    return sha256;
  }

  /**
   * Returns whether the pixels are available.
   *
   * @return false for one that was read from metadata
   */
  public boolean isPresent() {
    return pixels != null;
  }

  /**
   * Returns the pixels.
   *
   * @return the image
   * @throws RequestException if only size and digest are known
   */
  public RgbImage pixels() {
    if (pixels == null) {
      throw new RequestException(
          "the request needs an image of "
              + size
              + " with sha256 "
              + sha256.substring(0, 12)
              + "..., which was not given");
    }
    return pixels;
  }

  /**
   * Returns the same image without its pixels, so that they can be freed.
   *
   * @return an equal image with only size and digest
   */
  public InputImage withoutPixels() {
    return new InputImage(size, sha256, null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InputImage image
        && size.equals(image.size)
        && sha256.equals(image.sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return size + " sha256 " + sha256;
  }
}
