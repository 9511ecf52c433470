package dev.sana4j.pipeline.request;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.util.List;

/** What an image is made from besides its prompt. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Task.TextToImage.class, name = "text-to-image"),
  @JsonSubTypes.Type(value = Task.ImageToImage.class, name = "image-to-image"),
  @JsonSubTypes.Type(value = Task.Inpaint.class, name = "inpaint"),
  @JsonSubTypes.Type(value = Task.Control.class, name = "control"),
  @JsonSubTypes.Type(value = Task.Upscale.class, name = "upscale")
})
public sealed interface Task {

  /** Text to image: only from the prompt. */
  record TextToImage() implements Task {}

  /**
   * From an image that noise is added to: scaled and cut to the size of the request first.
   *
   * @param image the image
   * @param strength above 0, which would keep the image, up to 1, which ignores it
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
    public boolean editsImage() {
      return true;
    }
  }

  /**
   * Inpainting: repaints a part of an image; pixels where the mask is black are kept.
   *
   * @param image the image
   * @param mask of the same size: white is repainted, black is kept, grey is mixed
   * @param strength as for {@link ImageToImage}
   * @param feather over how many pixels, inside the mask, the new part fades in; 0 for a hard edge
   */
  record Inpaint(InputImage image, InputImage mask, double strength, int feather) implements Task {
    private static final int WIDEST_FEATHER = 1024;

    /** Checks the numbers, and that mask and image have one size. */
    public Inpaint {
      requireShare(strength, "the strength");
      if (!image.size().equals(mask.size())) {
        throw new RequestException(
            "the mask has " + mask.size() + " pixels, the image " + image.size());
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
    public boolean editsImage() {
      return true;
    }
  }

  /**
   * From the prompt, and an image of edges or of another kind that a ControlNet was trained on.
   *
   * @param image the condition, scaled and cut to the size of the request first
   * @param scale how much the ControlNet counts, 0 to 2
   * @param from where in the steps it begins to count, as a share of them, 0 to 1
   * @param to where it ends, from {@code from} to 1
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
            "control from " + from + " to " + to + " is not a range of steps within 0 to 1");
      }
    }

    @Override
    public List<InputImage> inputs() {
      return List.of(image);
    }
  }

  /**
   * Upscaling: scales an image by 2 and repaints it tile by tile as in {@link ImageToImage} at the
   * size the model was made for; twice for a factor of 4.
   *
   * @param image the image
   * @param factor 2 or 4
   * @param strength how much of the scaled image changes
   */
  record Upscale(InputImage image, int factor, double strength) implements Task {
    /** Checks the numbers. */
    public Upscale {
      requireShare(strength, "the strength");
      if (factor != 2 && factor != 4) {
        throw new RequestException("an image is made 2 or 4 times as large, not " + factor);
      }
    }

    /**
     * The size of the result.
     *
     * @return that of the image times the factor
     * @throws RequestException if an image cannot be so large
     */
    public ImageSize size() {
      long longest = (long) factor * Math.max(image.size().width(), image.size().height());
      if (longest > ImageSize.MAX_SIDE) {
        throw new RequestException(
            "an image of "
                + image.size()
                + " made "
                + factor
                + " times as large has a side of more than "
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
    public boolean editsImage() {
      return true;
    }
  }

  private static void requireShare(double value, String name) {
    if (!(value > 0 && value <= 1)) {
      throw new RequestException(name + " " + value + " is not above 0 and at most 1");
    }
  }

  /**
   * Text to image: only from the prompt.
   *
   * @return the task
   */
  static TextToImage textToImage() {
    return new TextToImage();
  }

  /**
   * From an image that noise is added to.
   *
   * @param image the image
   * @param strength see {@link ImageToImage#strength}
   * @return the task
   */
  static ImageToImage imageToImage(RgbImage image, double strength) {
    return new ImageToImage(InputImage.of(image), strength);
  }

  /**
   * Repaints a part of an image, fading in over 1/64 of its shorter side.
   *
   * @param image the image
   * @param mask of the same size, white where it is repainted
   * @param strength see {@link ImageToImage#strength}
   * @return the task
   */
  static Inpaint inpaint(RgbImage image, RgbImage mask, double strength) {
    int feather = Math.min(image.width(), image.height()) / 64;
    return new Inpaint(InputImage.of(image), InputImage.of(mask), strength, feather);
  }

  /**
   * From the prompt and a condition, in all steps, with the ControlNet of the model folder.
   *
   * @param image the condition
   * @param scale see {@link Control#scale}
   * @return the task
   */
  static Control control(RgbImage image, double scale) {
    return new Control(InputImage.of(image), scale, 0, 1, "");
  }

  /**
   * An image made larger.
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
   * The images it begins with.
   *
   * @return none, one, or image and mask
   */
  default List<InputImage> inputs() {
    return List.of();
  }

  /**
   * How much of its image is regenerated.
   *
   * @return 1 where no image is edited
   */
  default double strength() {
    return 1;
  }

  /**
   * Whether it edits an image, which says what to show, so that the prompt may be empty.
   *
   * @return true for image to image, inpainting and upscaling
   */
  default boolean editsImage() {
    return false;
  }
}
