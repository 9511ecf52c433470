package dev.sana4j.folder;

import java.util.Optional;

/** Models that come with a dependency, found by {@link java.util.ServiceLoader}. */
public interface EmbeddedModels {

  /**
   * Opens a model.
   *
   * @param name what stands for it where a folder's name would
   * @return the model, laid out as a folder; empty if none has this name
   * @throws ModelException if the folder cannot be written
   */
  Optional<ModelFolder> open(String name);
}
