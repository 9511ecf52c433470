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
   * @param name an existing file or folder, else the text in the config
   * @return its folder, or empty to use the path as it is
   */
  Optional<Path> folder(String name);
}
