package dev.sana4j.cli;

import dev.sana4j.image.Canvas;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Images that images are made from: the options that make a {@link Task}. */
final class TaskOptions {
  private static final double STRENGTH = 0.6;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description = "Image to begin with: PNG, JPEG or WebP.")
  private @Nullable Path init;

  @Option(
      names = "--strength",
      paramLabel = "S",
      description =
          "How much of --init is made anew, above 0 up to 1 (default: 0.6; with --mask or --canvas"
              + " 1).")
  private @Nullable Double strength;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description =
          "Image of the size of --init: white or transparent is painted anew, black stays as it"
              + " is.")
  private @Nullable Path mask;

  @Option(
      names = "--feather",
      paramLabel = "N",
      description =
          "Pixels over which, inside the mask, the new part fades in (default: 1/64 of the shorter"
              + " side).")
  private @Nullable Integer feather;

  @Option(
      names = "--canvas",
      paramLabel = "WxH",
      converter = RequestOptions.SizeConverter.class,
      description = "Paint around --init, on a canvas of this size.")
  private @Nullable ImageSize canvas;

  @Option(
      names = "--at",
      paramLabel = "X,Y",
      split = ",",
      description = "Where the upper left corner of --init is on the canvas (default: centred).")
  private @Nullable List<Integer> at;

  @Option(
      names = "--variations",
      paramLabel = "N",
      description = "So many images like --init: as --count, with seeds and strength of their own.")
  private @Nullable Integer variations;

  /** What is asked; that of an image made before where no option says otherwise. */
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
      throw new RequestException("the image was painted into: give its --mask or --canvas too");
    }
    requireNo(feather, "--feather", "--mask or --canvas");
    if (before instanceof Task.Upscale task) {
      return Task.upscale(image, task.factor(), strength == null ? task.strength() : strength);
    }
    double kept = before instanceof Task.ImageToImage task ? task.strength() : STRENGTH;
    return Task.imageToImage(image, strength == null ? kept : strength);
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

  /** How many images are asked for; null if that is said elsewhere. */
  @Nullable Integer variations() {
    return variations;
  }

  /** What the image shows, if sana4j made it; nothing otherwise. */
  String prompt() {
    if (init == null) {
      throw new RequestException("say what to show: sana generate \"a prompt\"");
    }
    return promptOf(init);
  }

  /** The prompt of an image that sana4j made; empty for any other. */
  private static String promptOf(Path image) {
    try {
      return ImageProvenance.read(image).request().prompts().get(0);
    } catch (RequestException | ImageException e) {
      return ""; // an image from elsewhere, which a model can take up without words
    }
  }
}
