package dev.sana4j.pipeline.request;

import dev.sana4j.image.RgbImage;

/** Receives the progress and the previews of a generation, and can cancel it. */
@FunctionalInterface
public interface GenerationListener {

  /** Ignores the progress and never cancels. */
  GenerationListener NONE = progress -> true;

  /** The stage of the completed work. */
  enum Stage {
    /** A prompt and the input images were encoded. */
    ENCODE,
    /** A denoising step was completed. */
    DENOISE,
    /** An image was decoded. */
    DECODE
  }

  /**
   * The progress of a generation.
   *
   * @param stage the stage of the last piece of work
   * @param done completed pieces of work: encoded prompts, denoising steps and decoded images
   * @param all total pieces of work
   */
  record Progress(Stage stage, int done, int all) {}

  /**
   * The wanted previews.
   *
   * @param every number of steps between previews, from 1; 0 for none. The last step has no
   *     preview, because the image follows
   * @param longestSide maximum side of a preview in pixels. Small previews are decoded from
   *     averaged latents: the time decreases with the area, and they show little more than colours
   */
  record Previews(int every, int longestSide) {
    /** No previews. */
    public static final Previews NONE = new Previews(0, 1);

    /** Checks the numbers. */
    public Previews {
      if (every < 0 || longestSide < 1) {
        throw new RequestException(
            "previews need every >= 0 and longestSide >= 1, but"
                + " were "
                + every
                + " and "
                + longestSide);
      }
    }
  }

  /**
   * An unfinished image.
   *
   * @param image index of the image in the request, from 0
   * @param step completed steps of the image, from 1
   * @param steps total steps of the image
   * @param pixels the current estimate, with about the proportions of the image
   */
  record Preview(int image, int step, int steps, RgbImage pixels) {}

  /**
   * Called after every piece of work.
   *
   * @param progress the progress
   * @return true to continue, false to cancel
   */
  boolean onProgress(Progress progress);

  /**
   * Called before the work for a message to the user, for example that a prompt is too long.
   *
   * @param request index of the request in a batch, from 0; 0 for a single one
   * @param note one line
   */
  default void onNote(int request, String note) {}

  /**
   * Returns the wanted previews; called once per request.
   *
   * @return none by default
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
