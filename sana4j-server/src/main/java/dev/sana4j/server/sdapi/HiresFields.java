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
  private static final int MOST_FACTOR = 4;

  private HiresFields() {}

  /** Returns the second stage; null if the request wants none. */
  static @Nullable Hires read(
      RequestFields fields, RequestDefaults defaults, GenerationRequest first, List<String> notes) {
    if (!fields.flag("enable_hr", false)) {
      return null;
    }
    ImageSize own = first.size();
    ImageSize size = size(fields, own, defaults);
    double scale =
        Math.max((double) size.width() / own.width(), (double) size.height() / own.height());
    if (scale > MOST_FACTOR) {
      throw RequestProblem.field(
          "hr_scale", "enable_hr enlarges at most %d times".formatted(MOST_FACTOR));
    }
    int factor = scale > 2 ? MOST_FACTOR : 2;
    var unused =
        defaults.size("hr_scale", (long) factor * own.width(), (long) factor * own.height());
    double asked = fields.number("denoising_strength", STRENGTH, 0, 1);
    if (asked > MOST_STRENGTH) {
      notes.add(
          "denoising_strength " + asked + " was reduced to " + MOST_STRENGTH + " for enable_hr");
    }
    int steps = Math.max(first.steps(), defaults.card().steps(true));
    return new Hires(size, factor, Math.max(0.01, Math.min(MOST_STRENGTH, asked)), steps);
  }

  /** Returns the size of the result, rounded as the web UI does; a missing side follows. */
  private static ImageSize size(RequestFields fields, ImageSize own, RequestDefaults defaults) {
    long width = side(fields, "hr_resize_x");
    long height = side(fields, "hr_resize_y");
    double scale = fields.number("hr_scale", 2, 0, 100);
    if (width > 0 || height > 0) {
      scale = width > 0 ? (double) width / own.width() : (double) height / own.height();
    }
    return defaults.size(
        "hr_scale",
        SdapiRequests.rounded(width > 0 ? width : Math.round(scale * own.width())),
        SdapiRequests.rounded(height > 0 ? height : Math.round(scale * own.height())));
  }

  private static long side(RequestFields fields, String name) {
    return fields.integer(name, 0, 0, ImageSize.MAX_SIDE);
  }
}
