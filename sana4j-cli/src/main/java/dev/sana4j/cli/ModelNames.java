package dev.sana4j.cli;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.ModelLocator.Located;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves the names of models, see {@link ModelLocator}, and shows the progress of downloads. */
final class ModelNames {
  private ModelNames() {}

  /** Opens a model, downloading it if necessary; the bundled model for null. */
  static ModelFolder open(@Nullable String name) {
    return name == null ? EmojiModel.open() : locate(name, null).open();
  }

  /** Finds a model or one of its networks; converts a checkpoint to a dtype, null for its own. */
  static Located locate(String name, @Nullable DType dtype) {
    return locate(name, dtype, false);
  }

  /** Does the same; quiet without progress and notes. */
  static Located locate(String name, @Nullable DType dtype, boolean quiet) {
    try (DownloadProgress progress = DownloadProgress.of(settings(), quiet)) {
      return locator().locate(name, dtype, progress);
    }
  }

  /** Returns the folder of a model or of a separate autoencoder, downloading it if necessary. */
  static Path folder(String name) {
    return locate(name, null).folder();
  }

  /** Returns the folder of one part of a model. */
  static Path part(String name, Part part, boolean quiet) {
    try (DownloadProgress progress = DownloadProgress.of(settings(), quiet)) {
      return locator().part(name, part, progress);
    }
  }

  /** Returns whether a text can be the name of a model on the hub. */
  static boolean isOnHub(String name) {
    return ModelName.of(name, settings().endpoint()).isPresent();
  }

  /** Returns the folder, or empty if the text cannot be the name of a model. */
  static Optional<Path> find(String name) {
    return locator().isName(name) ? Optional.of(folder(name)) : Optional.empty();
  }

  /** Opens a model whose name comes from a file; never downloads anything. */
  static ModelFolder openPresent(String name, @Nullable DType dtype, boolean quiet) {
    try (DownloadProgress progress = DownloadProgress.of(settings(), quiet)) {
      Optional<Located> here = locator().local(name, dtype, progress);
      if (here.isPresent()) {
        return here.get().open();
      }
    }
    if (locator().isName(name)) {
      throw new RequestException(
          "the image was made with "
              + name
              + ", which is not in the cache; download it with sana pull, or give another model"
              + " with --model");
    }
    throw new ModelException(
        "the image was made with " + name + ", which does not exist; give a model with --model");
  }

  static ModelLocator locator() {
    return new ModelLocator(settings());
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
