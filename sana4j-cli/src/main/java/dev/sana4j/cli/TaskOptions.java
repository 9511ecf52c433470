package dev.sana4j.cli;

import dev.sana4j.image.Canvas;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a {@link Task}: input images and their settings. */
final class TaskOptions {
  private static final double STRENGTH = 0.6;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description = "Input image to modify: PNG, JPEG, WebP, GIF, BMP or TIFF.")
  private @Nullable Path init;

  @Option(
      names = "--strength",
      paramLabel = "S",
      description =
          "How much --init changes, above 0 up to 1; 1 replaces it completely (default: 0.6, or 1"
              + " with --mask or --canvas).")
  private @Nullable Double strength;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description =
          "Mask with the size of --init: white or transparent areas are regenerated, black areas"
              + " stay unchanged.")
  private @Nullable Path mask;

  @Option(
      names = "--feather",
      paramLabel = "N",
      description =
          "Width of the soft edge inside the mask in pixels, 0 to 1024 (default: 1/64 of the"
              + " shorter side).")
  private @Nullable Integer feather;

  @Option(
      names = "--canvas",
      paramLabel = "WxH",
      converter = RequestOptions.SizeConverter.class,
      description = "Outpainting: extend --init to a canvas of this size.")
  private @Nullable ImageSize canvas;

  @Option(
      names = "--at",
      paramLabel = "X,Y",
      split = ",",
      description =
          "Position of the upper left corner of --init on the canvas, in pixels (default:"
              + " centred).")
  private @Nullable List<Integer> at;

  @Option(
      names = "--variations",
      paramLabel = "N",
      description =
          "Number of variations of --init, 1 to 1000, each with the next seed; replaces --count.")
  private @Nullable Integer variations;

  /**
   * Returns the task; values that are not given are taken from the image named by {@code --like}.
   */
  Task task(@Nullable Task before) {
    if (init == null) {
      return withoutInit(before == null ? Task.textToImage() : before);
    }
    RgbImage image = ImageFiles.read(init);
    if (canvas != null) {
      return outpaint(image, canvas, before);
    }
    requireNo(at, "--at", "--canvas");
    if (mask != null) {
      return inpaint(image, ImageFiles.readMask(mask), before);
    }
    if (before instanceof Task.Inpaint) {
      throw new RequestException(
          "the image was made by inpainting; give its --mask or --canvas too");
    }
    requireNo(feather, "--feather", "--mask or --canvas");
    if (before instanceof Task.Upscale task) {
      return Task.upscale(image, task.factor(), strength == null ? task.strength() : strength);
    }
    double kept = before instanceof Task.ImageToImage task ? task.strength() : STRENGTH;
    return Task.imageToImage(image, strength == null ? kept : strength);
  }

  /** Returns these options with the input image, the mask and the strength of a line. */
  TaskOptions with(PromptLine line) {
    TaskOptions changed = new TaskOptions();
    changed.init = line.image() == null ? init : line.image();
    changed.mask = line.mask() == null ? mask : line.mask();
    changed.strength = line.strength() == null ? strength : line.strength();
    changed.feather = feather;
    changed.canvas = canvas;
    changed.at = at;
    changed.variations = variations;
    return changed;
  }

  private Task withoutInit(Task before) {
    requireNo(strength, "--strength", "--init");
    requireNo(mask, "--mask", "--init");
    requireNo(feather, "--feather", "--init");
    requireNo(canvas, "--canvas", "--init");
    requireNo(at, "--at", "--init");
    requireNo(variations, "--variations", "--init");
    return before;
  }

  private static void requireNo(@Nullable Object value, String option, String other) {
    if (value != null) {
      throw new RequestException(option + " needs " + other);
    }
  }

  private Task outpaint(RgbImage image, ImageSize size, @Nullable Task before) {
    if (mask != null) {
      throw new RequestException("give --mask or --canvas, not both");
    }
    if (at != null && at.size() != 2) {
      throw new RequestException("--at takes a column and a row, for example 0,64");
    }
    Canvas placed =
        at == null ? Canvas.centred(image, size) : Canvas.place(image, size, at.get(0), at.get(1));
    return inpaint(placed.image(), placed.mask(), before);
  }

  private Task inpaint(RgbImage image, RgbImage painted, @Nullable Task before) {
    Task.Inpaint kept =
        before instanceof Task.Inpaint task ? task : Task.inpaint(image, painted, 1);
    return new Task.Inpaint(
        InputImage.of(image),
        InputImage.of(painted),
        strength == null ? kept.strength() : strength,
        feather == null ? kept.feather() : feather);
  }

  boolean hasInput() {
    return init != null;
  }

  /** Returns the number of variations; null if not given. */
  @Nullable Integer variations() {
    return variations;
  }

  /** Returns the prompt in the metadata of the input image, else an empty string. */
  String prompt() {
    if (init == null) {
      throw new RequestException("give a prompt: sana generate \"a prompt\"");
    }
    return promptOf(init);
  }

  /** Returns the prompt that an image contains; empty if it contains none. */
  private static String promptOf(Path image) {
    try {
      return ImageProvenance.isIn(image)
          ? ImageProvenance.read(image).request().prompts().get(0)
          : Infotext.read(image).map(Infotext::promptWithoutLoras).orElse("");
    } catch (RequestException | ImageException e) {
      return ""; // a model can modify it without a prompt
    }
  }
}
