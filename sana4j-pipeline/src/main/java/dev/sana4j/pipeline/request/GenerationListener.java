package dev.sana4j.pipeline.request;

import dev.sana4j.image.RgbImage;

/** Receives the progress of a generation and previews of unfinished images, and may cancel it. */
@FunctionalInterface
public interface GenerationListener {

  /** Ignores all progress and never cancels. */
  GenerationListener NONE = progress -> true;

  /** What was just done. */
  enum Stage {
    /** A prompt was encoded, and with it the images the request begins with. */
    ENCODE,
    /** A denoising step was taken. */
    DENOISE,
    /** An image was decoded. */
    DECODE
  }

  /**
   * How far a generation is.
   *
   * @param stage what was just done
   * @param done pieces of work done: prompts encoded, denoising steps taken and images decoded
   * @param all pieces of work in all
   */
  record Progress(Stage stage, int done, int all) {}

  /**
   * Which previews are wanted.
   *
   * @param every after every how many steps, from 1; 0 for none. The last step has none: the image
   *     itself follows
   * @param longestSide of a preview in pixels, at most; a small one is decoded of averaged latents,
   *     which takes as much less time as it has less area, and shows little more than colours
   */
  record Previews(int every, int longestSide) {
    /** No previews. */
    public static final Previews NONE = new Previews(0, 1);

    /** Checks the numbers. */
    public Previews {
      if (every < 0 || longestSide < 1) {
        throw new RequestException(
            "previews every " + every + " steps of " + longestSide + " pixels");
      }
    }
  }

  /**
   * An image as the model sees it before it is finished.
   *
   * @param image which one of the request, from 0
   * @param step steps that were taken for it, from 1
   * @param steps steps that will be
   * @param pixels the current estimate, of about the proportions of the image
   */
  record Preview(int image, int step, int steps, RgbImage pixels) {}

  /**
   * Called after every piece of work.
   *
   * @param progress how far it is
   * @return true to continue, false to cancel
   */
  boolean onProgress(Progress progress);

  /**
   * Which previews to make; asked once a request.
   *
   * @return none, unless overridden
   */
  default Previews previews() {
    return Previews.NONE;
  }

  /**
   * Called with every preview, before the {@link #onProgress} of its step.
   *
   * @param preview an unfinished image
   */
  default void onPreview(Preview preview) {}
}
