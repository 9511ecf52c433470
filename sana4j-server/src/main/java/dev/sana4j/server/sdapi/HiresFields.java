package dev.sana4j.server.sdapi;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.Hires;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the second stage of an image, the web UI's "hires fix". */
final class HiresFields {
  /** Tiles of the model show parts of the image; more strength would put new objects into them. */
  static final double MOST_STRENGTH = 0.3;

  private static final double STRENGTH = 0.2;

  private HiresFields() {}

  /** Returns the second stage; null if the request wants none. */
  static @Nullable Hires read(
      RequestFields fields, RequestDefaults defaults, GenerationRequest first, List<String> notes) {
    if (!fields.flag("enable_hr", false)) {
      return null;
    }
    int factor = factor(fields, first.size());
    ImageSize size = first.size();
    var unused =
        defaults.size("hr_scale", (long) factor * size.width(), (long) factor * size.height());
    double asked = fields.number("denoising_strength", STRENGTH, 0, 1);
    if (asked > MOST_STRENGTH) {
      notes.add(
          "denoising_strength " + asked + " was reduced to " + MOST_STRENGTH + " for enable_hr");
    }
    int steps = Math.max(first.steps(), defaults.card().steps(true));
    return new Hires(factor, Math.max(0.01, Math.min(MOST_STRENGTH, asked)), steps);
  }

  private static int factor(RequestFields fields, ImageSize size) {
    long width = side(fields, "hr_resize_x");
    long height = side(fields, "hr_resize_y");
    if (width == 0 && height == 0) {
      return factor("hr_scale", fields.number("hr_scale", 2, 0, 100));
    }
    double across = (double) width / size.width();
    double down = (double) height / size.height();
    if (width > 0 && height > 0 && Math.abs(across - down) > 0.01 * across) {
      throw RequestProblem.field(
          "hr_resize_x", "hr_resize_x and hr_resize_y do not have the proportions of the image");
    }
    return factor(width > 0 ? "hr_resize_x" : "hr_resize_y", width > 0 ? across : down);
  }

  private static long side(RequestFields fields, String name) {
    return fields.integer(name, 0, 0, ImageSize.MAX_SIDE);
  }

  private static int factor(String field, double factor) {
    if (factor == 2 || factor == 4) {
      return (int) factor;
    }
    throw RequestProblem.field(
        field, field + " means a factor of %.2f; this server has 2 and 4".formatted(factor));
  }
}
