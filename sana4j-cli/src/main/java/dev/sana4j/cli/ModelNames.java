package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the name of a model: a folder first, then an embedded model, then a model on the hub.
 */
final class ModelNames {
  private ModelNames() {}

  /** Opens a model, downloading it if necessary; the embedded model for null. */
  static ModelFolder open(@Nullable String name) {
    return name == null ? EmojiModel.open() : ModelFolder.open(folder(name));
  }

  /** Returns the folder of a model or of a separate autoencoder, downloading it if necessary. */
  static Path folder(String name) {
    Optional<Path> here = ModelLocator.present(name);
    if (here.isPresent()) {
      return here.get();
    }
    try (DownloadProgress progress = DownloadProgress.of(settings())) {
      return locator().folder(name, progress);
    }
  }

  /** Returns the same, or empty if the text cannot be the name of a model. */
  static Optional<Path> find(String name) {
    boolean named = ModelLocator.present(name).isPresent() || HubId.of(name).isPresent();
    return named ? Optional.of(folder(name)) : Optional.empty();
  }

  /** Opens a model whose name comes from a file; never downloads anything. */
  static ModelFolder openPresent(String name) {
    Optional<Path> here = ModelLocator.present(name).or(() -> locator().local(name));
    if (here.isEmpty() && HubId.of(name).isPresent()) {
      throw new RequestException(
          "the image was made with "
              + name
              + ", which is not in the cache; download it with sana pull, or give another model"
              + " with --model");
    }
    return ModelFolder.open(here.orElseGet(() -> path(name)));
  }

  private static ModelLocator locator() {
    return new ModelLocator(settings());
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new RequestException(
          "the model name in the image is not a valid path; give a model with --model");
    }
  }

  /**
   * Returns the settings from the environment.
   *
   * @throws HubException if a variable has an invalid value
   */
  static HubSettings settings() {
    return HubSettings.fromEnvironment();
  }
}
