package dev.sana4j.pipeline;

/** Hears about the progress of a generation, and may cancel it. */
@FunctionalInterface
public interface GenerationListener {

  /** Goes on, whatever happens. */
  GenerationListener NONE = progress -> true;

  /** What was just done. */
  enum Stage {
    /** A prompt was encoded. */
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
   * How many pieces of work a request has.
   *
   * @param request what is asked
   * @return prompts, steps of all images, and images
   */
  static int work(GenerationRequest request) {
    return request.prompts().size() + request.images() * (request.steps() + 1);
  }

  /**
   * Called after every piece of work.
   *
   * @param progress how far it is
   * @return true to go on, false to cancel
   */
  boolean onProgress(Progress progress);
}
