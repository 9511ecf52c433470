package dev.sana4j.server.sdapi;

import dev.sana4j.image.EdgeDetector;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.http.ImageWork;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import java.util.List;
import java.util.Locale;

/** The preprocessors of control images. */
final class Edges {
  /** Names for clients. */
  static final List<String> MODULES = List.of("none", "canny", "sobel");

  /** OpenCV's Canny, whose thresholds clients send, measures edges four times as strong. */
  private static final double OPENCV_STRENGTH = 4;

  private static final double STRONGEST = 4096;

  private Edges() {}

  /**
   * Returns the control image of an image.
   *
   * @param prefix of the names of the fields
   */
  static RgbImage of(RgbImage image, RequestFields fields, String prefix) {
    String field = prefix + "module";
    String module = fields.text(field, "none", 200).strip().toLowerCase(Locale.ROOT);
    return switch (module) {
      case "", "none" -> image;
      case "canny" -> {
        double weak = threshold(fields, prefix + "threshold_a", EdgeDetector.WEAK);
        double strong = threshold(fields, prefix + "threshold_b", EdgeDetector.STRONG);
        yield ImageWork.exclusively(
            () -> EdgeDetector.canny(image, Math.min(weak, strong), Math.max(weak, strong)));
      }
      case "sobel" -> ImageWork.exclusively(() -> EdgeDetector.sobel(image));
      default ->
          throw RequestProblem.field(
              field, "this server has the modules " + String.join(", ", MODULES));
    };
  }

  private static double threshold(RequestFields fields, String name, double absent) {
    double sent = fields.number(name, -1, -STRONGEST, STRONGEST);
    return sent <= 0 ? absent : sent / OPENCV_STRENGTH;
  }
}
