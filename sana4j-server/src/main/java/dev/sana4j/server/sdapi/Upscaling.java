package dev.sana4j.server.sdapi;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.Hires;
import java.util.List;
import java.util.Locale;

/**
 * How an image is enlarged.
 *
 * @param size of the result
 * @param factor of the model, 2 or 4; 1 to scale the pixels
 */
record Upscaling(ImageSize size, int factor) {
  /** Names of upscalers for clients; only the last one uses the model. */
  static final List<String> NAMES = List.of("None", "Lanczos", "Nearest", Hires.UPSCALER);

  /** Names whose result is about the same as that of scaling the pixels. */
  private static final List<String> PLAIN =
      List.of("", "none", "lanczos", "nearest", "bicubic", "bilinear");

  private static final List<String> UNSUPPORTED =
      List.of("gfpgan_visibility", "codeformer_visibility");

  private static final int LONGEST_NAME = 200;

  static Upscaling of(RequestFields fields, RgbImage image, RequestDefaults defaults) {
    for (String name : UNSUPPORTED) {
      if (fields.number(name, 0, 0, 1) > 0) {
        throw RequestProblem.field(
            name, "this server does not restore faces; set " + name + " to 0");
      }
    }
    if (fields.number("extras_upscaler_2_visibility", 0, 0, 1) > 0
        && !isPlain(fields, "upscaler_2")) {
      throw RequestProblem.field("upscaler_2", "a second upscaler is not supported");
    }
    boolean plain = isPlain(fields, "upscaler_1");
    boolean toSize = fields.integer("resize_mode", 0, 0, 1) == 1;
    return toSize
        ? toSize(fields, image, plain, defaults)
        : byFactor(fields, image, plain, defaults);
  }

  private static boolean isPlain(RequestFields fields, String field) {
    String name = fields.text(field, "None", LONGEST_NAME).strip().toLowerCase(Locale.ROOT);
    if (!PLAIN.contains(name) && !name.equals(Hires.UPSCALER)) {
      throw RequestProblem.field(
          field, "unknown upscaler; this server has " + String.join(", ", NAMES));
    }
    return PLAIN.contains(name);
  }

  private static Upscaling byFactor(
      RequestFields fields, RgbImage image, boolean plain, RequestDefaults defaults) {
    double factor = fields.number("upscaling_resize", 2, 0.01, 16);
    if (!plain && factor != 2 && factor != 4) {
      throw RequestProblem.field(
          "upscaling_resize", "the upscaler " + Hires.UPSCALER + " has the factors 2 and 4");
    }
    long width = Math.max(1, Math.round(factor * image.width()));
    long height = Math.max(1, Math.round(factor * image.height()));
    return new Upscaling(
        checked(defaults, "upscaling_resize", width, height), plain ? 1 : (int) factor);
  }

  private static Upscaling toSize(
      RequestFields fields, RgbImage image, boolean plain, RequestDefaults defaults) {
    long width = fields.integer("upscaling_resize_w", 512, 1, ImageSize.MAX_SIDE);
    long height = fields.integer("upscaling_resize_h", 512, 1, ImageSize.MAX_SIDE);
    double across = (double) width / image.width();
    double down = (double) height / image.height();
    if (!fields.flag("upscaling_crop", true)) {
      width = Math.max(1, Math.round(Math.max(across, down) * image.width()));
      height = Math.max(1, Math.round(Math.max(across, down) * image.height()));
    }
    double scale = Math.max(across, down);
    if (plain || scale <= 1) {
      return new Upscaling(checked(defaults, "upscaling_resize_w", width, height), 1);
    }
    if (scale > 4) {
      throw RequestProblem.field(
          "upscaling_resize_w", "the upscaler " + Hires.UPSCALER + " enlarges at most 4 times");
    }
    int factor = scale > 2 ? 4 : 2;
    return new Upscaling(
        checked(
            defaults,
            "upscaling_resize_w",
            Math.max(factor, width / factor * factor),
            Math.max(factor, height / factor * factor)),
        factor);
  }

  private static ImageSize checked(
      RequestDefaults defaults, String field, long width, long height) {
    if (Math.max(width, height) > ImageSize.MAX_SIDE) {
      throw RequestProblem.field(
          field, "the longest side of an image is " + ImageSize.MAX_SIDE + " pixels");
    }
    return defaults.size(field, width, height);
  }

  /** Returns the size at which the model begins. */
  ImageSize start() {
    return new ImageSize(size.width() / factor, size.height() / factor);
  }
}
