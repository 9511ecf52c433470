package dev.sana4j.server.nativeapi;

import dev.sana4j.image.Canvas;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.EdgeDetector;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.ImageWork;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import java.util.List;
import java.util.Set;

/** Reads the fields of a job that say what is done with which input image. */
final class TaskFields {
  static final double STRENGTH = 0.5;
  static final double UPSCALE_STRENGTH = 0.2;

  static final Set<String> FIELDS =
      Set.of(
          "image",
          "mask",
          "strength",
          "outpaint",
          "upscale",
          "control",
          "control_scale",
          "control_from",
          "control_to",
          "edges");

  private static final List<String> NEED_IMAGE = List.of("mask", "strength", "outpaint", "upscale");
  private static final List<String> NEED_CONTROL =
      List.of("control_scale", "control_from", "control_to", "edges");

  private static final Set<String> SIDES = Set.of("left", "top", "right", "bottom");

  private final RequestDefaults defaults;
  private final SentImages images;

  TaskFields(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    this.images = images;
  }

  /**
   * A task and the size of its result.
   *
   * @param task what is done
   * @param size of the result in pixels
   */
  record Sized(Task task, ImageSize size) {}

  Sized read(RequestFields fields) {
    requireCompany(fields, "image", NEED_IMAGE);
    requireCompany(fields, "control", NEED_CONTROL);
    if (fields.has("control")) {
      return control(fields);
    }
    if (!fields.has("image")) {
      return new Sized(Task.textToImage(), size(fields, defaults.card().defaults().size()));
    }
    RgbImage image = image(fields, "image");
    if (fields.has("upscale")) {
      return upscale(fields, image);
    }
    return fields.has("outpaint") ? outpaint(fields, image) : edit(fields, image);
  }

  private static void requireCompany(RequestFields fields, String image, List<String> others) {
    if (fields.has(image)) {
      return;
    }
    for (String field : others) {
      if (fields.has(field)) {
        String needed = image.equals("image") ? "an image" : "a control image";
        throw RequestProblem.field(field, field + " needs " + needed);
      }
    }
  }

  private Sized edit(RequestFields fields, RgbImage image) {
    boolean masked = fields.has("mask");
    double strength = strength(fields, masked ? 1 : STRENGTH);
    ImageSize size = size(fields, defaults.sizeLike(image.size()));
    return new Sized(
        masked
            ? Task.inpaint(image, images.mask("mask", sent(fields, "mask")), strength)
            : Task.imageToImage(image, strength),
        size);
  }

  private Sized upscale(RequestFields fields, RgbImage image) {
    refuse(fields, "upscale", List.of("mask", "outpaint", "width", "height"));
    int factor = (int) fields.integer("upscale", 2, 2, 4);
    if (factor == 3) {
      throw RequestProblem.field("upscale", "upscale 3 is not 2 or 4");
    }
    ImageSize size =
        defaults.size("upscale", (long) factor * image.width(), (long) factor * image.height());
    return new Sized(Task.upscale(image, factor, strength(fields, UPSCALE_STRENGTH)), size);
  }

  private Sized outpaint(RequestFields fields, RgbImage image) {
    refuse(fields, "outpaint", List.of("mask", "width", "height"));
    RequestFields sides = fields.nested("outpaint");
    sides.requireKnown(SIDES);
    long left = side(sides, "left");
    long top = side(sides, "top");
    long width = left + image.width() + side(sides, "right");
    long height = top + image.height() + side(sides, "bottom");
    if (width == image.width() && height == image.height()) {
      throw RequestProblem.field(
          "outpaint", "outpaint adds no pixels; give left, top, right or bottom");
    }
    if (Math.max(width, height) > ImageSize.MAX_SIDE) {
      throw RequestProblem.field(
          "outpaint", "the longest side of an image is " + ImageSize.MAX_SIDE + " pixels");
    }
    ImageSize size = defaults.size("outpaint", width, height);
    Canvas canvas = Canvas.place(image, size, (int) left, (int) top);
    return new Sized(Task.inpaint(canvas.image(), canvas.mask(), strength(fields, 1)), size);
  }

  private static long side(RequestFields sides, String name) {
    return sides.integer(name, 0, 0, ImageSize.MAX_SIDE);
  }

  private Sized control(RequestFields fields) {
    refuse(fields, "control", List.of("image"));
    if (!defaults.card().control()) {
      throw RequestProblem.field("control", "this model has no ControlNet; send no control image");
    }
    RgbImage image = image(fields, "control");
    ImageSize size = size(fields, nativeAreaLike(image.size()));
    RgbImage edges =
        switch (fields.choice("edges", "none", List.of("none", "canny", "sobel"))) {
          case "canny" ->
              ImageWork.exclusively(() -> EdgeDetector.canny(CoverResize.apply(image, size)));
          case "sobel" ->
              ImageWork.exclusively(() -> EdgeDetector.sobel(CoverResize.apply(image, size)));
          default -> image;
        };
    double from = fields.number("control_from", 0, 0, 1);
    double to = fields.number("control_to", 1, 0, 1);
    double scale = fields.number("control_scale", 1, 0, 2);
    try {
      return new Sized(new Task.Control(InputImage.of(edges), scale, from, to, ""), size);
    } catch (RequestException e) {
      throw RequestProblem.field("control_from", String.valueOf(e.getMessage()));
    }
  }

  /** Returns the size with these proportions and the native area of the model. */
  private ImageSize nativeAreaLike(ImageSize image) {
    ImageSize own = defaults.card().defaults().size();
    int longest = Math.max(own.width(), own.height());
    double scale =
        Math.min(
            (double) ImageSize.MAX_SIDE / Math.max(image.width(), image.height()),
            Math.max(1, 2.0 * longest / Math.min(image.width(), image.height())));
    return defaults.sizeLike(
        new ImageSize((int) (image.width() * scale), (int) (image.height() * scale)));
  }

  private static void refuse(RequestFields fields, String field, List<String> others) {
    for (String other : others) {
      if (fields.has(other)) {
        throw RequestProblem.field(other, "give " + field + " or " + other + ", not both");
      }
    }
  }

  private ImageSize size(RequestFields fields, ImageSize absent) {
    if (fields.has("width") != fields.has("height")) {
      throw RequestProblem.field(
          fields.has("width") ? "height" : "width", "give both width and height, or neither");
    }
    return fields.has("width")
        ? defaults.size(
            "width",
            fields.integer("width", 1, 1, ImageSize.MAX_SIDE),
            fields.integer("height", 1, 1, ImageSize.MAX_SIDE))
        : absent;
  }

  private static double strength(RequestFields fields, double absent) {
    return fields.number("strength", absent, 0.01, 1);
  }

  private RgbImage image(RequestFields fields, String name) {
    return images.image(name, sent(fields, name));
  }

  private byte[] sent(RequestFields fields, String name) {
    return images.bytes(name, fields.text(name, "", Integer.MAX_VALUE));
  }
}
