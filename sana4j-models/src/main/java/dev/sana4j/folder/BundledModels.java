package dev.sana4j.folder;

import java.util.Optional;

/** Models in jars on the class path, found with {@link java.util.ServiceLoader}. */
public interface BundledModels {

  /**
   * Opens a bundled model.
   *
   * @param name the name that users write instead of a folder
   * @return the model folder; empty if there is no model with this name
   * @throws ModelException if the folder cannot be written
   */
  Optional<ModelFolder> open(String name);
}
