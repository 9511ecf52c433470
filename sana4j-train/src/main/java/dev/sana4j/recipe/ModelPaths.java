package dev.sana4j.recipe;

import java.nio.file.Path;
import java.util.Optional;

/** Finds models that a config gives by a name instead of a folder; see {@link Key#model}. */
@FunctionalInterface
public interface ModelPaths {
  /** Accepts only folders. */
  ModelPaths NONE = name -> Optional.empty();

  /**
   * Finds a model.
   *
   * @param name the text in the config, which is not an existing folder
   * @return its folder, or empty if the name is unknown
   */
  Optional<Path> folder(String name);
}
