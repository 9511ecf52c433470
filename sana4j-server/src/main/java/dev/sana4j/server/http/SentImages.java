package dev.sana4j.server.http;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.JobService;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Images that clients send, decoded once their heads show a bearable size. */
public final class SentImages {
  private static final Pattern DATA_URI =
      Pattern.compile("data:image/[a-z0-9.+-]{1,32};base64,", Pattern.CASE_INSENSITIVE);

  /** Of this server; a full address is cut to its path. */
  private static final Pattern OWN_URL =
      Pattern.compile("(?:https?://[^/\\s]{1,255})?/api/v1/images/([A-Za-z0-9_-]{1,64})");

  private final long mostPixels;
  private final JobService jobs;

  /**
   * With a bound.
   *
   * @param mostPixels width times height
   * @param jobs know the images of this server
   */
  public SentImages(long mostPixels, JobService jobs) {
    this.mostPixels = mostPixels;
    this.jobs = jobs;
  }

  /**
   * Bytes in a text.
   *
   * @param field where the text was sent
   * @param text base64, a data URI, or the address of an image of this server
   * @return the bytes
   * @throws RequestProblem if it is none of these
   */
  public byte[] bytes(String field, String text) {
    Matcher own = OWN_URL.matcher(text);
    if (own.matches()) {
      return jobs.image(own.group(1))
          .map(EncodedImage::bytes)
          .orElseThrow(
              () -> RequestProblem.field(field, field + " names an image that is not kept here"));
    }
    Matcher data = DATA_URI.matcher(text);
    String base64 = data.lookingAt() ? text.substring(data.end()) : text;
    try {
      return Base64.getMimeDecoder().decode(checked(field, base64));
    } catch (IllegalArgumentException e) {
      throw RequestProblem.field(field, field + " is not base64");
    }
  }

  /** The decoder skips whatever is no base64. */
  private static String checked(String field, String base64) {
    String start = base64.substring(0, Math.min(64, base64.length()));
    if (start.isBlank() || !start.matches("[A-Za-z0-9+/=\\s]+")) {
      throw RequestProblem.field(
          field,
          field + " is neither base64 of an image, nor a data URI, nor an image of this server");
    }
    return base64;
  }

  /**
   * Decodes an image.
   *
   * @param field where it was sent
   * @param bytes a PNG, JPEG or WebP
   * @return the image, transparent pixels over white
   * @throws RequestProblem if it is damaged or too large
   */
  public RgbImage image(String field, byte[] bytes) {
    return decoded(field, bytes, ImageFiles::read);
  }

  /**
   * Decodes a mask.
   *
   * @param field where it was sent
   * @param bytes a PNG, JPEG or WebP
   * @return white where it is transparent; the image itself if it is nowhere
   * @throws RequestProblem if it is damaged or too large
   */
  public RgbImage mask(String field, byte[] bytes) {
    return decoded(field, bytes, ImageFiles::readMask);
  }

  /** How bytes are decoded. */
  private interface Decoder {
    RgbImage read(ImageSource source);
  }

  private RgbImage decoded(String field, byte[] bytes, Decoder decoder) {
    try {
      ImageSource source = ImageSource.of(field, bytes);
      ImageSize size = ImageFiles.size(source);
      if ((long) size.width() * size.height() > mostPixels) {
        throw RequestProblem.field(
            field, field + " has " + size + " pixels; the limit is " + mostPixels + " in all");
      }
      return decoder.read(source);
    } catch (ImageException e) {
      throw RequestProblem.field(field, String.valueOf(e.getMessage()));
    }
  }
}
