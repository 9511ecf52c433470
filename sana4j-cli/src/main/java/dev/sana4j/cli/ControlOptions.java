package dev.sana4j.cli;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.EdgeDetector;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The control image of a ControlNet and its settings. */
final class ControlOptions {
  @Option(
      names = "--control",
      paramLabel = "IMAGE",
      description = "Control image for the ControlNet, usually white edges or a sketch on black.")
  private @Nullable Path image;

  @Option(
      names = "--control-edges",
      paramLabel = "KIND",
      defaultValue = "none",
      description =
          "Edge detector applied to the control image first: canny, sobel or none (default:"
              + " ${DEFAULT-VALUE}).")
  private Edges edges = Edges.NONE;

  @Option(
      names = "--control-scale",
      paramLabel = "SCALE",
      description = "Weight of the control image, 0 to 2 (default: 1).")
  private @Nullable Double scale;

  @Option(
      names = "--control-start",
      paramLabel = "FRACTION",
      description =
          "Fraction of the steps after which the control image starts to apply, 0 to 1 (default:"
              + " 0).")
  private @Nullable Double start;

  @Option(
      names = "--control-end",
      paramLabel = "FRACTION",
      description =
          "Fraction of the steps after which the control image stops applying, 0 to 1 (default:"
              + " 1).")
  private @Nullable Double end;

  @Option(
      names = "--controlnet",
      paramLabel = "DIR",
      description = "Folder of the ControlNet (default: controlnet/ in the model folder).")
  private @Nullable Path network;

  /** How the control image is made from an image file. */
  enum Edges {
    NONE,
    SOBEL,
    CANNY;

    /** Detects edges at the final size, because lines would fade if they were scaled down later. */
    RgbImage of(RgbImage image, ImageSize size) {
      return switch (this) {
        case NONE -> image;
        case SOBEL -> EdgeDetector.sobel(CoverResize.apply(image, size));
        case CANNY -> EdgeDetector.canny(CoverResize.apply(image, size));
      };
    }
  }

  /**
   * Returns the request with the control image, or the request unchanged if there is none.
   *
   * @param sized whether the user gave the size; otherwise the result has the proportions of the
   *     control image and the area that the model was trained for
   */
  GenerationRequest applied(GenerationRequest request, ModelConfig config, boolean sized) {
    Task.Control before = request.task() instanceof Task.Control control ? control : null;
    if (image != null) {
      if (!(before != null || request.task() instanceof Task.TextToImage)) {
        throw new RequestException("give --control or another input image, not both");
      }
      RgbImage pixels = ImageFiles.read(image);
      ImageSize size =
          sized ? request.size() : config.request(Task.control(pixels, 1), "any").build().size();
      InputImage condition = InputImage.of(edges.of(pixels, size));
      return request.toBuilder().size(size).task(task(condition, before)).build();
    }
    if (before != null) {
      return request.toBuilder().task(task(before.image(), before)).build();
    }
    boolean alone =
        edges != Edges.NONE || Stream.of(scale, start, end, network).anyMatch(Objects::nonNull);
    if (alone) {
      throw new RequestException("give the control image with --control");
    }
    return request;
  }

  /** Uses the given numbers, else those of the image named by {@code --like}. */
  private Task.Control task(InputImage image, Task.@Nullable Control before) {
    return new Task.Control(
        image,
        number(scale, before == null ? 1 : before.scale()),
        number(start, before == null ? 0 : before.from()),
        number(end, before == null ? 1 : before.to()),
        network != null ? network.toString() : before == null ? "" : before.network());
  }

  private static double number(@Nullable Double given, double absent) {
    return given == null ? absent : given;
  }
}
