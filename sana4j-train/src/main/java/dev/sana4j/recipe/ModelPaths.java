package dev.sana4j.recipe;

import java.nio.file.Path;
import java.util.Optional;

/** Finds models that a config names otherwise than by their folder; see {@link Key#model}. */
@FunctionalInterface
public interface ModelPaths {
  /** Knows folders alone. */
  ModelPaths NONE = name -> Optional.empty();

  /**
   * Finds a model.
   *
   * @param name what the config says; there is no folder of that name
   * @return its folder, or empty if it is no name either
   */
  Optional<Path> folder(String name);
}
