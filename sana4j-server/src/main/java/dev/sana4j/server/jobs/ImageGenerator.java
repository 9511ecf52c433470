package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;
import java.util.Map;

/** Generates the images of jobs. */
public interface ImageGenerator extends AutoCloseable {

  /**
   * Returns the description of the model.
   *
   * @return always the same
   */
  ModelCard card();

  /**
   * Returns whether the weights are in memory.
   *
   * @return false for a model that is loaded when it is used
   */
  default boolean isLoaded() {
    return true;
  }

  /**
   * Loads the weights if they are not in memory; called by the thread that generates.
   *
   * @throws ModelLoadException if that fails
   */
  default void load() {}

  /**
   * Refuses a request that the model cannot fulfil; called by any thread.
   *
   * @param request the request
   * @throws dev.sana4j.pipeline.request.RequestException naming the reason
   */
  void check(GenerationRequest request);

  /**
   * Returns the denoising steps for one image of a request that was checked.
   *
   * @param request the request
   * @return the number of steps that a listener is notified of; by default those of the request
   */
  default int steps(GenerationRequest request) {
    return request.steps();
  }

  /**
   * Generates images; called by one thread.
   *
   * @param requests each for one image; several differ only in prompts, negative prompts and seeds
   * @param listener is notified of the progress of all images, and may cancel
   * @return one image per request
   */
  List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener);

  /**
   * Returns the metadata of a PNG that describes how it was made.
   *
   * @param request for one image
   * @return keyword to text
   */
  Map<String, String> texts(GenerationRequest request);

  /** Frees the model; called after the last image. */
  @Override
  void close();
}
