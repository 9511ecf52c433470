package dev.sana4j.server.http;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.JobService;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes uploaded images after checking the size in their headers. */
public final class SentImages {
  private static final Pattern DATA_URI =
      Pattern.compile(
          "\\s{0,8}data:([a-z0-9.+-]{1,32}/[a-z0-9.+-]{1,64})?(;[a-z0-9=.+-]{1,64}){0,4};base64,",
          Pattern.CASE_INSENSITIVE);

  /** The URL of an image of this server, with or without scheme and host. */
  private static final Pattern OWN_URL =
      Pattern.compile("(?:https?://[^/\\s]{1,255})?/api/v1/images/([A-Za-z0-9_-]{1,64})");

  private final long mostPixels;
  private final JobService jobs;

  /**
   * Creates a decoder.
   *
   * @param mostPixels largest width times height
   * @param jobs provides the images of this server
   */
  public SentImages(long mostPixels, JobService jobs) {
    this.mostPixels = mostPixels;
    this.jobs = jobs;
  }

  /**
   * Decodes a string.
   *
   * @param field name of the field
   * @param text base64 of either alphabet, also with line breaks and without padding; a data URI;
   *     or the URL of an image of this server
   * @return the bytes
   * @throws RequestProblem if the string is something else
   */
  public byte[] bytes(String field, String text) {
    Matcher own = OWN_URL.matcher(text);
    if (own.matches()) {
      return jobs.image(own.group(1))
          .map(EncodedImage::bytes)
          .orElseThrow(
              () ->
                  RequestProblem.field(
                      field, field + " refers to an unknown image of this server"));
    }
    Matcher data = DATA_URI.matcher(text);
    String base64 = data.lookingAt() ? text.substring(data.end()) : text;
    try {
      return Base64.getMimeDecoder()
          .decode(checked(field, base64).replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw RequestProblem.field(field, field + " is not base64");
    }
  }

  /** Checks the beginning, because the decoder skips invalid characters. */
  private static String checked(String field, String base64) {
    String start = base64.substring(0, Math.min(64, base64.length()));
    if (start.isBlank() || !start.matches("[A-Za-z0-9+/=_\\s-]+")) {
      throw RequestProblem.field(
          field,
          field
              + " is neither base64 of an image, nor a data URI, nor the URL of an image of this"
              + " server");
    }
    return base64;
  }

  /**
   * Decodes an image.
   *
   * @param field name of the field
   * @param bytes a PNG, JPEG, WebP, GIF, BMP or TIFF
   * @return the image, transparent pixels over white
   * @throws RequestProblem if it is damaged or too large
   */
  public RgbImage image(String field, byte[] bytes) {
    return decoded(field, bytes, ImageFiles::read);
  }

  /**
   * Decodes a mask.
   *
   * @param field name of the field
   * @param bytes a PNG, JPEG, WebP, GIF, BMP or TIFF
   * @return white where the image is transparent; the image itself if it has no transparency
   * @throws RequestProblem if it is damaged or too large
   */
  public RgbImage mask(String field, byte[] bytes) {
    return decoded(field, bytes, ImageFiles::readMask);
  }

  /**
   * Refuses images that have too many pixels together, before any of them is decoded.
   *
   * @param field name of the field
   * @param files PNG, JPEG, WebP, GIF, BMP or TIFF
   * @throws RequestProblem if their pixels exceed the limit, or a file is damaged
   */
  public void requireFew(String field, List<byte[]> files) {
    long pixels = 0;
    for (byte[] file : files) {
      ImageSize size = size(field, ImageSource.of(field, file));
      pixels += (long) size.width() * size.height();
    }
    if (pixels > mostPixels) {
      throw RequestProblem.field(
          field,
          "the %d images of %s have %d pixels together; the limit is %d"
              .formatted(files.size(), field, pixels, mostPixels));
    }
  }

  private static ImageSize size(String field, ImageSource source) {
    try {
      return ImageFiles.size(source);
    } catch (ImageException e) {
      throw RequestProblem.field(field, String.valueOf(e.getMessage()));
    }
  }

  /** Decodes an image file. */
  private interface Decoder {
    RgbImage read(ImageSource source);
  }

  private RgbImage decoded(String field, byte[] bytes, Decoder decoder) {
    ImageSource source = ImageSource.of(field, bytes);
    ImageSize size = size(field, source);
    if ((long) size.width() * size.height() > mostPixels) {
      throw RequestProblem.field(
          field, field + " has " + size + " pixels; the limit is " + mostPixels + " in total");
    }
    try {
      return decoder.read(source);
    } catch (ImageException e) {
      throw RequestProblem.field(field, String.valueOf(e.getMessage()));
    }
  }
}
