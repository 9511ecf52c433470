package dev.sana4j.server.jobs;

import java.util.List;
import java.util.Optional;

/** The models of a server, each with its generator. Thread-safe. */
public interface ImageGenerators extends AutoCloseable {

  /**
   * How many models are in memory.
   *
   * @param loads how often the weights of a model were loaded
   * @param unloads how often they were freed to make room for another model
   * @param loaded number of models in memory
   * @param bytes memory of their weights
   */
  record Usage(long loads, long unloads, int loaded, long bytes) {}

  /**
   * Returns the generators of all models.
   *
   * @return the default model first; at least one
   */
  List<ImageGenerator> all();

  /**
   * Returns the generator of the default model.
   *
   * @return the first one
   */
  default ImageGenerator standard() {
    return all().get(0);
  }

  /**
   * Finds the generator of a model.
   *
   * @param model id of its card
   * @return empty if there is no such model
   */
  default Optional<ImageGenerator> find(String model) {
    return all().stream().filter(generator -> generator.card().id().equals(model)).findFirst();
  }

  /**
   * Returns the generator of a model.
   *
   * @param model id of its card
   * @return the generator
   * @throws IllegalArgumentException if there is no such model
   */
  default ImageGenerator generator(String model) {
    return find(model)
        .orElseThrow(() -> new IllegalArgumentException("there is no model " + model));
  }

  /** Looks for new models. */
  default void refresh() {}

  /**
   * Returns how many models are in memory.
   *
   * @return a snapshot
   */
  default Usage usage() {
    return new Usage(0, 0, all().size(), 0);
  }

  /**
   * Returns the only model of a server.
   *
   * @param only its generator; closed with the result
   * @return one model, always in memory
   */
  static ImageGenerators of(ImageGenerator only) {
    return new ImageGenerators() {
      @Override
      public List<ImageGenerator> all() {
        return List.of(only);
      }

      @Override
      public void close() {
        only.close();
      }
    };
  }

  /** Frees all models; called after the last image. */
  @Override
  void close();
}
