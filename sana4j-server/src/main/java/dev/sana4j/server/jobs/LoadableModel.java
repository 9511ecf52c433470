package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.Map;

/** A model whose weights are loaded when it is used. Thread-safe, except for opening. */
public interface LoadableModel {

  /**
   * Returns the description of the model.
   *
   * @return always the same
   */
  ModelCard card();

  /**
   * Returns the memory of the weights.
   *
   * @return bytes
   */
  long bytes();

  /**
   * Returns how much more main memory is free after the model was unloaded. Weights that are mapped
   * from files are not part of it, since their memory counts as free.
   *
   * @return bytes
   */
  long freedBytes();

  /**
   * Refuses a request that the model cannot fulfil, using only its configs.
   *
   * @param request the request
   * @throws dev.sana4j.pipeline.request.RequestException naming the reason
   */
  void check(GenerationRequest request);

  /**
   * Returns the denoising steps for one image of a request that was checked.
   *
   * @param request the request
   * @return the number of steps that a listener is notified of
   */
  int steps(GenerationRequest request);

  /**
   * Returns the metadata of a PNG that describes how it was made.
   *
   * @param request for one image
   * @return keyword to text
   */
  Map<String, String> texts(GenerationRequest request);

  /**
   * Loads the weights.
   *
   * @return a generator, to be closed by the caller
   */
  ImageGenerator open();
}
