package dev.sana4j.pipeline.request;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.util.List;

/** The task of a request, with its input images. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Task.TextToImage.class, name = "text-to-image"),
  @JsonSubTypes.Type(value = Task.ImageToImage.class, name = "image-to-image"),
  @JsonSubTypes.Type(value = Task.Inpaint.class, name = "inpaint"),
  @JsonSubTypes.Type(value = Task.Control.class, name = "control"),
  @JsonSubTypes.Type(value = Task.Upscale.class, name = "upscale")
})
public sealed interface Task {

  /** Generates an image from the prompt. */
  record TextToImage() implements Task {}

  /**
   * Modifies an image: it is scaled and cropped to the size of the request, and noise is added.
   *
   * @param image the input image
   * @param strength how much the image changes, above 0 (unchanged) up to 1 (replaced completely)
   */
  record ImageToImage(InputImage image, double strength) implements Task {
    /** Checks the strength. */
    public ImageToImage {
      requireShare(strength, "the strength");
    }

    @Override
    public List<InputImage> inputs() {
      return List.of(image);
    }

    @Override
    public Task withoutPixels() {
      return new ImageToImage(image.withoutPixels(), strength);
    }

    @Override
    public boolean editsImage() {
      return true;
    }
  }

  /**
   * Inpainting: regenerates the part of an image that a mask selects.
   *
   * @param image the input image
   * @param mask of the same size: white is regenerated, black stays unchanged, grey is mixed
   * @param strength as for {@link ImageToImage}
   * @param feather width of the soft edge inside the mask in pixels, 0 to 1024
   */
  record Inpaint(InputImage image, InputImage mask, double strength, int feather) implements Task {
    private static final int WIDEST_FEATHER = 1024;

    /** Checks the numbers, and that mask and image have one size. */
    public Inpaint {
      requireShare(strength, "the strength");
      if (!image.size().equals(mask.size())) {
        throw new RequestException(
            "the mask must have the size of the"
                + " image, "
                + image.size()
                + ", but has "
                + mask.size());
      }
      if (feather < 0 || feather > WIDEST_FEATHER) {
        throw new RequestException(
            "feather " + feather + " is not between 0 and " + WIDEST_FEATHER);
      }
    }

    @Override
    public List<InputImage> inputs() {
      return List.of(image, mask);
    }

    @Override
    public Task withoutPixels() {
      return new Inpaint(image.withoutPixels(), mask.withoutPixels(), strength, feather);
    }

    @Override
    public boolean editsImage() {
      return true;
    }
  }

  /**
   * Generates an image from the prompt and a control image, such as an edge map, for a ControlNet.
   *
   * @param image the control image; it is scaled and cropped to the size of the request
   * @param scale weight of the control image, 0 to 2
   * @param from fraction of the steps after which it starts to apply, 0 to 1
   * @param to fraction of the steps after which it stops applying, {@code from} to 1
   * @param network folder of the ControlNet; empty for that of the model folder
   */
  record Control(InputImage image, double scale, double from, double to, String network)
      implements Task {
    /** Checks the numbers. */
    public Control {
      if (!(scale >= 0 && scale <= 2)) {
        throw new RequestException("the control scale " + scale + " is not between 0 and 2");
      }
      if (!(from >= 0 && from <= to && to <= 1)) {
        throw new RequestException(
            "the control range must satisfy 0 <= from <= to <= 1, but was " + from + " to " + to);
      }
    }

    @Override
    public List<InputImage> inputs() {
      return List.of(image);
    }

    @Override
    public Task withoutPixels() {
      return new Control(image.withoutPixels(), scale, from, to, network);
    }
  }

  /**
   * Upscales an image: it is scaled by 2, and each tile is modified as by {@link ImageToImage} at
   * the model's native size; twice for a factor of 4.
   *
   * @param image the input image
   * @param factor 2 or 4
   * @param strength how much the scaled image changes, above 0 up to 1
   */
  record Upscale(InputImage image, int factor, double strength) implements Task {
    /** Checks the numbers. */
    public Upscale {
      requireShare(strength, "the strength");
      if (factor != 2 && factor != 4) {
        throw new RequestException("the upscale factor must be 2 or 4, but was " + factor);
      }
    }

    /**
     * Returns the size of the result.
     *
     * @return the size of the image times the factor
     * @throws RequestException if the result would be too large
     */
    public ImageSize size() {
      long longest = (long) factor * Math.max(image.size().width(), image.size().height());
      if (longest > ImageSize.MAX_SIDE) {
        throw new RequestException(
            "upscaling "
                + image.size()
                + " by "
                + factor
                + " exceeds the largest side of "
                + ImageSize.MAX_SIDE
                + " pixels");
      }
      return new ImageSize(factor * image.size().width(), factor * image.size().height());
    }

    @Override
    public List<InputImage> inputs() {
      return List.of(image);
    }

    @Override
    public Task withoutPixels() {
      return new Upscale(image.withoutPixels(), factor, strength);
    }

    @Override
    public boolean editsImage() {
      return true;
    }
  }

  private static void requireShare(double value, String name) {
    if (!(value > 0 && value <= 1)) {
      throw new RequestException(name + " must be above 0 and at most 1, but was " + value);
    }
  }

  /**
   * Returns the task to generate an image from the prompt.
   *
   * @return the task
   */
  static TextToImage textToImage() {
    return new TextToImage();
  }

  /**
   * Returns the task to modify an image.
   *
   * @param image the image
   * @param strength see {@link ImageToImage#strength}
   * @return the task
   */
  static ImageToImage imageToImage(RgbImage image, double strength) {
    return new ImageToImage(InputImage.of(image), strength);
  }

  /**
   * Returns the task to regenerate a part of an image, with a soft edge of 1/64 of its shorter
   * side.
   *
   * @param image the image
   * @param mask of the same size, white where the image is regenerated
   * @param strength see {@link ImageToImage#strength}
   * @return the task
   */
  static Inpaint inpaint(RgbImage image, RgbImage mask, double strength) {
    int feather = Math.min(image.width(), image.height()) / 64;
    return new Inpaint(InputImage.of(image), InputImage.of(mask), strength, feather);
  }

  /**
   * Returns the task to generate an image with a control image in all steps, with the ControlNet of
   * the model folder.
   *
   * @param image the control image
   * @param scale see {@link Control#scale}
   * @return the task
   */
  static Control control(RgbImage image, double scale) {
    return new Control(InputImage.of(image), scale, 0, 1, "");
  }

  /**
   * Returns the task to upscale an image.
   *
   * @param image the image
   * @param factor 2 or 4
   * @param strength see {@link Upscale#strength}
   * @return the task
   */
  static Upscale upscale(RgbImage image, int factor, double strength) {
    return new Upscale(InputImage.of(image), factor, strength);
  }

  /**
   * Returns the input images.
   *
   * @return none, one, or image and mask
   */
  default List<InputImage> inputs() {
    return List.of();
  }

  /**
   * Returns the same task without the pixels of its input images, so that they can be freed.
   *
   * @return an equal task that can only be described
   */
  default Task withoutPixels() {
    return this;
  }

  /**
   * Returns how much the input image changes.
   *
   * @return 1 without an input image to modify
   */
  default double strength() {
    return 1;
  }

  /**
   * Returns whether it modifies an image; then the prompt may be empty.
   *
   * @return true for image to image, inpainting and upscaling
   */
  default boolean editsImage() {
    return false;
  }
}
